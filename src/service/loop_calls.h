#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace leash::service {

/// Calls that its owner has made on the loop later, and that are not made if the owner has gone.
///
/// Runs are cancelled and finished on any thread, and sometimes in the middle of a call of ours;
/// what we do about it happens on our loop, from its own stack. Make this a member of the class
/// whose `this` the calls hold. Destroyed on the loop, or after it has stopped; what wrap() returns
/// may be called from any thread, but not after the loop itself is gone.
class LoopCalls {
 public:
  explicit LoopCalls(boost::asio::io_context& loop) : loop_(loop) {}
  LoopCalls(const LoopCalls&) = delete;
  LoopCalls& operator=(const LoopCalls&) = delete;
  LoopCalls(LoopCalls&&) = delete;
  LoopCalls& operator=(LoopCalls&&) = delete;
  ~LoopCalls() = default;

  [[nodiscard]] boost::asio::io_context& loop() const { return loop_; }

  /// `call`, to be made on the loop as soon as it comes round.
  template <typename F>
  void post(F call) const {
    boost::asio::post(loop_, guard(std::move(call)));
  }

  /// A function that posts `call`.
  template <typename F>
  [[nodiscard]] std::function<void()> wrap(F call) const {
    return [&loop = loop_, guarded = guard(std::move(call))] { boost::asio::post(loop, guarded); };
  }

  /// A function that makes `call`; for who calls on the loop already.
  template <typename F>
  [[nodiscard]] std::function<void()> wrap_here(F call) const {
    return guard(std::move(call));
  }

  /// Makes `call` when `timer` is due, not if it was cancelled or set again first.
  template <typename F>
  void when_due(boost::asio::steady_timer& timer, F call) const {
    timer.async_wait([guarded = guard(std::move(call))](const boost::system::error_code& error) {
      if (!error) guarded();
    });
  }

 private:
  template <typename F>
  [[nodiscard]] auto guard(F call) const {
    return [owner = std::weak_ptr<const char>(owner_), call = std::move(call)] {
      if (!owner.expired()) call();
    };
  }

  boost::asio::io_context& loop_;
  std::shared_ptr<const char> owner_ = std::make_shared<const char>('\0');
};

}  // namespace leash::service
