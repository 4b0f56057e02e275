#pragma once

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "http/task.h"

namespace leash::http {

/// What one coroutine waits for when news may come from several places: a run that goes on, a
/// client that leaves, a clock. A wake is never lost: set() before the wait ends the next wait at
/// once. Wakes may be more than there is news, so look again at what was waited for.
///
/// Owned by the waiter and confined to its loop, but for the functions that waker() gives out.
class Signal {
 public:
  explicit Signal(boost::asio::io_context& loop);
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  Signal(Signal&&) = delete;
  Signal& operator=(Signal&&) = delete;

  void set();
  /// True if it was set, false if the deadline came first. One waiter at a time.
  [[nodiscard]] Task<bool> wait_until(base::TimePoint deadline);

  /// A function that sets this signal from any thread, also after the signal is gone (then it does
  /// nothing). Many calls in a row from other threads cost one post.
  [[nodiscard]] std::function<void()> waker() const;

 private:
  struct Remote;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

  Timer timer_;
  bool set_ = false;
  std::shared_ptr<Remote> remote_;
};

}  // namespace leash::http
