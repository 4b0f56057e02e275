#include "sys/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace leash::sys {
namespace {

template <typename Call>
auto retry(Call call) {
  while (true) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

base::Result<std::string> read_all(int fd, const std::string& name, std::size_t limit) {
  std::string content;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t got = retry([&] { return ::read(fd, buffer.data(), buffer.size()); });
    if (got < 0) return base::system_error("read", name);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) return base::plain_error("read", name, "file is too large");
  }
}

}  // namespace

base::Result<UniqueFd> open_at(int directory, const std::string& name, int flags, unsigned mode) {
  const int fd = retry([&] { return ::openat(directory, name.c_str(), flags | O_CLOEXEC, mode); });
  if (fd < 0) return base::system_error("open", name);
  return UniqueFd(fd);
}

base::Result<UniqueFd> open_directory(const std::string& path) {
  return open_directory_at(AT_FDCWD, path);
}

base::Result<UniqueFd> open_directory_at(int directory, const std::string& name) {
  return open_at(directory, name, O_RDONLY | O_DIRECTORY);
}

base::Result<UniqueFd> make_unnamed_file(int directory, const std::string& name) {
  // Not O_TMPFILE, which some file systems do not have: this is one way for all of them.
  if (::unlinkat(directory, name.c_str(), 0) != 0 && errno != ENOENT) {
    return base::system_error("unlink", name);
  }
  auto file = open_at(directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (file && ::unlinkat(directory, name.c_str(), 0) != 0 && errno != ENOENT) {
    return base::system_error("unlink", name);
  }
  return file;
}

base::Result<void> lock_file(int fd, std::string_view name) {
  if (retry([&] { return ::flock(fd, LOCK_EX); }) != 0)
    return base::system_error("flock", std::string(name));
  return {};
}

base::Result<std::string> read_file(const std::string& path, std::size_t limit) {
  return read_file_at(AT_FDCWD, path, limit);
}

base::Result<std::string> read_file_at(int directory, const std::string& name, std::size_t limit) {
  const auto fd = open_at(directory, name, O_RDONLY);
  if (!fd) return fd.error();
  return read_all(fd->get(), name, limit);
}

base::Result<std::string> read_from_start(int fd, std::string_view name) {
  std::string content;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = retry([&] {
      return ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(content.size()));
    });
    if (got < 0) return base::system_error("read", std::string(name));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

base::Result<void> write_control(int directory, const std::string& name, std::string_view text) {
  const auto fd = open_at(directory, name, O_WRONLY);
  if (!fd) return fd.error();
  auto written = write_control(fd->get(), text);
  if (written) return written;
  base::Error error = written.error();
  error.object = name;
  return error;
}

base::Result<void> write_control(int fd, std::string_view text) {
  const ssize_t put = retry([&] { return ::write(fd, text.data(), text.size()); });
  if (put < 0) return base::system_error("write", std::string(text.substr(0, 40)));
  if (static_cast<std::size_t>(put) != text.size()) {
    return base::plain_error("write", std::string(text.substr(0, 40)), "short write");
  }
  return {};
}

base::Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (put < 0) return base::system_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

base::Result<void> write_all_at(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t put =
        retry([&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (put < 0) return base::system_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

base::Result<void> read_all_at(int fd, std::span<char> out, std::uint64_t offset) {
  while (!out.empty()) {
    const ssize_t got =
        retry([&] { return ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset)); });
    if (got < 0) return base::system_error("read");
    if (got == 0) return base::plain_error("read", "", "the file has become shorter");
    out = out.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

base::Result<std::size_t> write_pipe(int fd, std::string_view bytes) {
  sigset_t pipe_signal;
  sigset_t before;
  sigset_t pending;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t put = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
  const int error = errno;
  if (put < 0 && error == EPIPE && !was_pending) {
    const timespec now{};
    ::sigtimedwait(&pipe_signal, nullptr, &now);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  if (put < 0) return base::system_error("write", "pipe");
  return static_cast<std::size_t>(put);
}

base::Result<std::string> program_path() {
  std::array<char, 4096> buffer;
  const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (length < 0) return base::system_error("readlink", "/proc/self/exe");
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace leash::sys
