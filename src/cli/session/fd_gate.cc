#include "cli/session/fd_gate.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sys/fd.h"

namespace leash::cli {
namespace asio = boost::asio;

FdGate::FdGate(asio::any_io_executor loop, int fd, Direction direction)
    : fd_(fd),
      poll_events_(direction == Direction::kRead ? POLLIN : POLLOUT),
      epoll_(std::move(loop)) {
  sys::UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = direction == Direction::kRead ? EPOLLIN : EPOLLOUT;
  const bool watched = epoll.is_open() && ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  if (watched) epoll_.assign(epoll.release());
}

asio::awaitable<void> FdGate::ready() {
  while (epoll_.is_open()) {
    pollfd look{.fd = fd_, .events = poll_events_, .revents = 0};
    if (::poll(&look, 1, 0) != 0) break;  // ready, hung up, or broken: the next call tells
    auto [failed] = co_await epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                                               asio::as_tuple(asio::use_awaitable));
    if (failed) break;
  }
}

}  // namespace leash::cli
