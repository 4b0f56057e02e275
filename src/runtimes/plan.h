#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "runtimes/descriptor.h"

namespace leash::runtimes {

/// The part of a job that decides its command lines. Paths are relative to the job's folder.
struct JobFiles {
  std::string entry;
  std::vector<std::string> paths;  ///< Every file of the job, the entry among them.
  std::vector<std::string> args;   ///< The user's arguments.
};

/// Expands a command template. {entry} becomes "./<entry>", {sources} "./<path>" for each file
/// whose name ends in one of `source_extensions` (in the order of the job), {args} the user's
/// arguments as they are. The "./" is what keeps a file named "-o" or "@x" from being an option.
/// Pure; any thread.
[[nodiscard]] Command expand_command(const Command& command,
                                     const std::vector<std::string>& source_extensions,
                                     const JobFiles& job);

/// The argv of the run.
[[nodiscard]] Command plan_run(const Descriptor& language, const JobFiles& job);

/// The argv of the compile step, which the language must have (else it is a bug of the caller).
/// An error if none of the files is a source of this language.
[[nodiscard]] base::Result<Command> plan_compile(const Descriptor& language, const JobFiles& job);

}  // namespace leash::runtimes
