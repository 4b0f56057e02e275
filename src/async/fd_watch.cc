#include "async/fd_watch.h"

#include <utility>

namespace leash::async {

using Descriptor = boost::asio::posix::stream_descriptor;

FdWatch::FdWatch(boost::asio::io_context& loop, int fd)
    : descriptor_(loop, fd), alive_(std::make_shared<int>(0)) {}

FdWatch::~FdWatch() {
  alive_.reset();
  static_cast<void>(descriptor_.release());
}

void FdWatch::once(For what, std::function<void()> call) {
  const auto wait = what == For::kRead    ? Descriptor::wait_read
                    : what == For::kWrite ? Descriptor::wait_write
                                          : Descriptor::wait_error;
  descriptor_.async_wait(wait, [alive = std::weak_ptr<int>(alive_),
                                call = std::move(call)](boost::system::error_code error) {
    if (!error && !alive.expired()) call();
  });
}

void FdWatch::cancel() {
  alive_ = std::make_shared<int>(0);
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);  // NOLINT: nothing to do about an error
}

}  // namespace leash::async
