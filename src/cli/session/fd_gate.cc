#include "cli/session/fd_gate.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

#include "sys/fd.h"

namespace leash::cli {
namespace asio = boost::asio;

namespace {

/// A file is not opened anew: its offset would begin at zero.
sys::UniqueFd open_again(int fd, int access) {
  struct stat info {};
  const bool fits = ::fstat(fd, &info) == 0 && (S_ISFIFO(info.st_mode) || ::isatty(fd) == 1);
  if (!fits) return {};
  const std::string path = fmt::format("/proc/self/fd/{}", fd);
  return sys::UniqueFd(::open(path.c_str(), access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

FdGate::FdGate(asio::any_io_executor loop, int fd, Direction direction)
    : fd_(fd),
      own_(open_again(fd, direction == Direction::kRead ? O_RDONLY : O_WRONLY)),
      poll_events_(direction == Direction::kRead ? POLLIN : POLLOUT),
      epoll_(std::move(loop)) {
  sys::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = direction == Direction::kRead ? EPOLLIN : EPOLLOUT;
  const bool watched =
      epoll.is_open() && ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, this->fd(), &event) == 0;
  if (watched) epoll_.assign(epoll.release());
}

asio::awaitable<void> FdGate::ready() {
  while (epoll_.is_open()) {
    pollfd look{.fd = fd(), .events = poll_events_, .revents = 0};
    if (::poll(&look, 1, 0) != 0) break;  // ready, hung up, or broken: the next call tells
    auto [failed] = co_await epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                                               asio::as_tuple(asio::use_awaitable));
    if (failed) break;
  }
}

}  // namespace leash::cli
