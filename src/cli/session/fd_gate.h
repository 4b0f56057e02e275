#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "sys/fd.h"

namespace leash::cli {

/// Waits until a descriptor that this process shares with others (the terminal, a pipe of the
/// shell) can be read or written, without making it non-blocking: that flag would outlive us and
/// break the next program there. It watches through an epoll instance of its own, and opens
/// terminals and pipes anew, so that what was ready and is not any more (a Ctrl-C empties the
/// terminal's input) gives EAGAIN.
///
/// A descriptor that cannot be watched (a file, /dev/null) is always ready. Does not own `fd`.
class FdGate {
 public:
  enum class Direction : std::uint8_t { kRead, kWrite };

  FdGate(boost::asio::any_io_executor loop, int fd, Direction direction);

  /// Returns when a read, or a write of at most PIPE_BUF bytes, would not block.
  [[nodiscard]] boost::asio::awaitable<void> ready();
  /// The descriptor to read or write: on EAGAIN wait again.
  [[nodiscard]] int fd() const { return own_.is_open() ? own_.get() : fd_; }

 private:
  int fd_;
  sys::UniqueFd own_;  ///< Another opening of the same thing, non-blocking, where there can be one.
  short poll_events_;
  boost::asio::posix::stream_descriptor epoll_;
};

}  // namespace leash::cli
