#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

#include "base/clock.h"

namespace leash::async {

/// A timer on an event loop, confined to its thread. After the destructor, cancel() or another
/// start, the earlier call does not come any more.
class Timer {
 public:
  explicit Timer(boost::asio::io_context& loop) : timer_(loop) {}

  void after(base::Duration delay, std::function<void()> call);
  void cancel();

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<int> alive_;
};

}  // namespace leash::async
