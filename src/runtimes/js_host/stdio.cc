#include "runtimes/js_host/stdio.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace leash::js_host {
namespace {

constexpr std::size_t kReadSize = std::size_t{64} * 1024;
constexpr int kBrokenPipeExit = 128 + SIGPIPE;

void wait_for(int fd, short events) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  poll(&entry, 1, -1);
}

}  // namespace

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      wait_for(fd, POLLOUT);
    } else if (errno == EPIPE) {
      _exit(kBrokenPipeExit);
    } else if (errno != EINTR) {
      return;
    }
  }
}

bool LineReader::fill() {
  std::array<char, kReadSize> chunk;
  for (;;) {
    const ssize_t count = read(fd_, chunk.data(), chunk.size());
    if (count > 0) {
      buffer_.append(chunk.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      wait_for(fd_, POLLIN);
      continue;
    }
    return false;
  }
}

std::string LineReader::take_rest() {
  std::string rest = buffer_.substr(start_);
  buffer_.clear();
  start_ = 0;
  return rest;
}

std::optional<std::string> LineReader::read_line() {
  std::size_t searched = start_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(start_, end - start_);
      start_ = end + 1;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    buffer_.erase(0, std::exchange(start_, 0));
    searched = buffer_.size();
    if (fill()) continue;
    if (buffer_.empty()) return std::nullopt;
    return take_rest();
  }
}

std::string LineReader::read_all() {
  while (fill()) {
  }
  return take_rest();
}

void open_missing_stdio() {
  for (const int fd : {0, 1, 2}) {
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) open("/dev/null", O_RDWR);  // Gets this number.
  }
}

}  // namespace leash::js_host
