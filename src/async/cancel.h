#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

namespace leash::async {

/// Why a run ended. A closed list; the names are those of the API.
enum class CancelReason : std::uint8_t {
  kNone = 0,
  kExit,
  kStop,
  kClientDisconnected,
  kReplaced,
  kWallLimit,
  kCpuLimit,
  kIdleLimit,
  kQueueLimit,
  kMemoryLimit,
  kOutputLimit,
  kSlowClient,
  kExpired,
  kShutdown,
  kSetupError,
  kCompileError,
  kServerLost,
};

/// "exit", "stop", "client_disconnected", …; "none" before there is one.
[[nodiscard]] std::string_view to_string(CancelReason reason);

namespace detail {
struct CancelState {
  std::atomic<CancelReason> reason{CancelReason::kNone};
  std::stop_source source;
};
}  // namespace detail

class CancelSource;

/// The side that obeys. Cheap to copy; outlives its source. A default one is never cancelled.
class CancelToken {
 public:
  CancelToken() = default;

  /// kNone while nothing has ended it.
  [[nodiscard]] CancelReason reason() const {
    return state_ ? state_->reason.load(std::memory_order_acquire) : CancelReason::kNone;
  }
  [[nodiscard]] bool is_cancelled() const { return reason() != CancelReason::kNone; }

 private:
  friend class CancelSource;
  friend class CancelCallback;
  explicit CancelToken(std::shared_ptr<detail::CancelState> state) : state_(std::move(state)) {}

  std::shared_ptr<detail::CancelState> state_;
};

/// The side that commands: one for each run. The first reason is kept for ever; asking again is
/// harmless. Any thread. Copies share one state.
class CancelSource {
 public:
  CancelSource() : state_(std::make_shared<detail::CancelState>()) {}

  /// True if this call was the first. Callbacks run here, on the caller's thread, before it
  /// returns, and never under a lock of ours; by the time they run reason() is set.
  bool cancel(CancelReason reason);

  [[nodiscard]] CancelToken token() const { return CancelToken(state_); }
  [[nodiscard]] CancelReason reason() const { return token().reason(); }

 private:
  std::shared_ptr<detail::CancelState> state_;
};

/// Calls a function once when the token is cancelled; at once if it already was. The function runs
/// on the cancelling thread, so it should only hand the news on (post to its loop). One that throws
/// is contained. The destructor waits for a call in progress on another thread.
class CancelCallback {
 public:
  CancelCallback(const CancelToken& token, std::function<void(CancelReason)> call);
  CancelCallback(const CancelCallback&) = delete;
  CancelCallback& operator=(const CancelCallback&) = delete;
  CancelCallback(CancelCallback&&) = delete;
  CancelCallback& operator=(CancelCallback&&) = delete;
  ~CancelCallback() = default;

 private:
  struct Call {
    std::shared_ptr<detail::CancelState> state;
    std::function<void(CancelReason)> call;
    void operator()() const noexcept;
  };
  std::stop_callback<Call> registration_;
};

}  // namespace leash::async
