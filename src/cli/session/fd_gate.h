#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace leash::cli {

/// Waits until a descriptor that this process shares with others (the terminal, a pipe of the
/// shell) can be read or written, without making it non-blocking: that flag would outlive us and
/// break the next program there. It watches through an epoll instance of its own.
///
/// A descriptor that cannot be watched (a file, /dev/null) is always ready. Does not own `fd`.
class FdGate {
 public:
  enum class Direction : std::uint8_t { kRead, kWrite };

  FdGate(boost::asio::any_io_executor loop, int fd, Direction direction);

  /// Returns when a read, or a write of at most PIPE_BUF bytes, would not block.
  [[nodiscard]] boost::asio::awaitable<void> ready();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
  short poll_events_;
  boost::asio::posix::stream_descriptor epoll_;
};

}  // namespace leash::cli
