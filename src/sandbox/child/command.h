#pragma once

#include "protocol/job.h"
#include "protocol/messages.h"
#include "sandbox/spec.h"

namespace leash::sandbox {

/// The argv and environment of a job, in static memory: they live in a process that has one
/// job in its life.
struct ExecCommand {
  const char* const* argv = nullptr;
  const char* const* envp = nullptr;
};

/// The job's bytes: the memfd, mapped for the rest of this process's life. Returns a negative
/// errno.
[[nodiscard]] long map_job(int fd, std::string_view& bytes);

/// Creates the job's files below the current directory, with their folders. The directory has not
/// been seen by the run: nothing in it is a trap, and O_EXCL refuses a path that is there twice.
/// Returns a negative errno: EBADMSG if this is no job. After clone: raw system calls only.
[[nodiscard]] long unpack_files(std::string_view job);

/// Expands the command of `step` with what is left of the job (arguments, environment): {entry},
/// {sources} and {args}. Entry and sources begin with "./", so that a file named "-o" is no option.
/// `job` is read from its beginning again. Returns a negative errno; E2BIG if it does not fit.
[[nodiscard]] long build_command(const ExecEntry& language, protocol::Step step,
                                 std::string_view job, ExecCommand& command);

}  // namespace leash::sandbox
