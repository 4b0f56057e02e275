#include "async/fd_watch.h"

#include <poll.h>

#include <boost/system/system_error.hpp>
#include <utility>

namespace leash::async {

using Descriptor = boost::asio::posix::stream_descriptor;

namespace {

using What = FdWatch::For;

bool is_ready(int fd, What what) {
  const short events = what == What::kRead ? POLLIN : what == What::kWrite ? POLLOUT : POLLPRI;
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

/// Asio's wait may end although nothing happened: its record of a descriptor that was just let go
/// is used again for a new one, with the event that was on its way. So the descriptor itself is
/// asked.
void arm(Descriptor& descriptor, std::weak_ptr<int> alive, What what, std::function<void()> call) {
  const auto wait = what == What::kRead    ? Descriptor::wait_read
                    : what == What::kWrite ? Descriptor::wait_write
                                           : Descriptor::wait_error;
  descriptor.async_wait(wait, [&descriptor, alive = std::move(alive), what,
                               call = std::move(call)](boost::system::error_code error) mutable {
    if (error || alive.expired()) return;
    if (is_ready(descriptor.native_handle(), what)) {
      call();
    } else {
      arm(descriptor, std::move(alive), what, std::move(call));
    }
  });
}

}  // namespace

FdWatch::FdWatch(boost::asio::io_context& loop, int fd)
    : descriptor_(loop, fd), alive_(std::make_shared<int>(0)) {
  // Else the first wait does it, and if it cannot, that wait never ends.
  boost::system::error_code error;
  descriptor_.non_blocking(true, error);
  if (!error) return;
  static_cast<void>(descriptor_.release());  // it stays its owner's
  throw boost::system::system_error(error, "watch a descriptor");
}

FdWatch::~FdWatch() {
  alive_.reset();
  static_cast<void>(descriptor_.release());
}

void FdWatch::once(For what, std::function<void()> call) {
  arm(descriptor_, alive_, what, std::move(call));
}

void FdWatch::cancel() {
  alive_ = std::make_shared<int>(0);
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);  // NOLINT: nothing to do about an error
}

}  // namespace leash::async
