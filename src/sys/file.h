#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/fd.h"

namespace leash::sys {

/// All of the helpers below retry EINTR and name the path in their errors. Blocking; any thread.

/// Opens a directory for use as an anchor of *at() calls (O_PATH is not enough for fsync or read).
[[nodiscard]] base::Result<UniqueFd> open_directory(const std::string& path);
[[nodiscard]] base::Result<UniqueFd> open_directory_at(int directory, const std::string& name);

/// openat() with O_CLOEXEC.
[[nodiscard]] base::Result<UniqueFd> open_at(int directory, const std::string& name, int flags,
                                             unsigned mode = 0);

/// A new file of this process alone (mode 0600, for reading and writing) that has no name any more
/// when this returns: its content is gone with the last descriptor. `name` is what it is called for
/// a moment; what a process that died within it has left under that name is removed.
[[nodiscard]] base::Result<UniqueFd> make_unnamed_file(int directory, const std::string& name);

/// Waits for an exclusive lock (flock) on an open file, which is kept as long as it is open.
[[nodiscard]] base::Result<void> lock_file(int fd, std::string_view name);

/// The content of a (small) file; `limit` bytes at most, more is an error.
[[nodiscard]] base::Result<std::string> read_file(const std::string& path,
                                                  std::size_t limit = 16U << 20);
[[nodiscard]] base::Result<std::string> read_file_at(int directory, const std::string& name,
                                                     std::size_t limit = 16U << 20);
/// The content from offset 0 of an open file, which may be read so any number of times. Meant for
/// the small files of cgroupfs and procfs.
[[nodiscard]] base::Result<std::string> read_from_start(int fd, std::string_view name);

/// One write() of the whole text to an existing control file, such as those of a cgroup.
[[nodiscard]] base::Result<void> write_control(int directory, const std::string& name,
                                               std::string_view text);
/// The same for a control file that is open.
[[nodiscard]] base::Result<void> write_control(int fd, std::string_view text);

/// Writes everything, whatever number of calls that takes.
[[nodiscard]] base::Result<void> write_all(int fd, std::string_view bytes);

/// The same at an offset, whatever the file's position is. What was written before an error stays.
[[nodiscard]] base::Result<void> write_all_at(int fd, std::string_view bytes, std::uint64_t offset);
/// Fills `out` from there. An end of the file before that is an error.
[[nodiscard]] base::Result<void> read_all_at(int fd, std::span<char> out, std::uint64_t offset);

/// One write() to a pipe whose reader may be gone: EPIPE comes back as an errno, and SIGPIPE, which
/// would come with it, is not raised, whatever this process does about that signal.
[[nodiscard]] base::Result<std::size_t> write_pipe(int fd, std::string_view bytes);

/// The path of the running program, from /proc/self/exe.
[[nodiscard]] base::Result<std::string> program_path();

}  // namespace leash::sys
