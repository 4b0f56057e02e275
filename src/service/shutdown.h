#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "base/units.h"
#include "service/loop_calls.h"

namespace leash::service {

/// The end of a service: first nothing new, then a time for what lives to end by itself, then the
/// end of what is left. Confined to the loop.
class Shutdown {
 public:
  struct Hooks {
    std::function<std::size_t()> live;  ///< How many runs are not finished.
    std::function<void()> end_all;      ///< Ends them: cancels, does not wait.
  };
  Shutdown(base::Millis drain, boost::asio::io_context& loop, Hooks hooks)
      : drain_(drain), hooks_(std::move(hooks)), timer_(loop), calls_(loop) {}

  /// The first call starts the drain, a second one ends it at once. `done` of each is called on the
  /// loop when no run is left, never from inside this function.
  void begin(std::function<void()> done);
  [[nodiscard]] bool draining() const { return draining_; }
  /// To be called when a run has finished.
  void check();

 private:
  const base::Millis drain_;
  const Hooks hooks_;
  bool draining_ = false;
  std::vector<std::function<void()>> done_;
  boost::asio::steady_timer timer_;
  LoopCalls calls_;
};

}  // namespace leash::service
