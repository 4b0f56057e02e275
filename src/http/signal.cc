#include "http/signal.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

namespace leash::http {

/// The part that wakers share; `signal` is read and cleared on the loop only.
struct Signal::Remote : std::enable_shared_from_this<Remote> {
  Remote(boost::asio::io_context& loop_, Signal* signal_) : loop(loop_), signal(signal_) {}

  void wake() {
    if (loop.get_executor().running_in_this_thread()) {
      if (signal != nullptr) signal->set();
      return;
    }
    if (posted.exchange(true)) return;
    boost::asio::post(loop, [self = shared_from_this()] {
      self->posted.store(false);
      if (self->signal != nullptr) self->signal->set();
    });
  }

  boost::asio::io_context& loop;
  Signal* signal;
  std::atomic<bool> posted{false};
};

Signal::Signal(boost::asio::io_context& loop)
    : timer_(loop.get_executor()), remote_(std::make_shared<Remote>(loop, this)) {}

Signal::~Signal() {
  remote_->signal = nullptr;
}

void Signal::set() {
  set_ = true;
  timer_.cancel();
}

Task<bool> Signal::wait_until(base::TimePoint deadline) {
  if (!set_) {
    boost::system::error_code ignored;
    timer_.expires_at(deadline);
    co_await timer_.async_wait(boost::asio::redirect_error(use_task, ignored));
  }
  const bool was_set = set_;
  set_ = false;
  co_return was_set;
}

std::function<void()> Signal::waker() const {
  return [remote = remote_] { remote->wake(); };
}

}  // namespace leash::http
