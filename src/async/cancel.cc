#include "async/cancel.h"

#include <array>
#include <cstdio>
#include <exception>

namespace leash::async {

std::string_view to_string(CancelReason reason) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "none",        "exit",         "stop",         "client_disconnected",
      "replaced",    "wall_limit",   "cpu_limit",    "idle_limit",
      "queue_limit", "memory_limit", "output_limit", "slow_client",
      "expired",     "shutdown",     "setup_error",  "compile_error",
      "server_lost"};
  return kNames.at(static_cast<std::size_t>(reason));
}

bool CancelSource::cancel(CancelReason reason) {
  CancelReason expected = CancelReason::kNone;
  if (!state_->reason.compare_exchange_strong(expected, reason, std::memory_order_acq_rel)) {
    return false;
  }
  const auto keep_alive = state_;  // a callback may destroy this source
  keep_alive->source.request_stop();
  return true;
}

CancelCallback::CancelCallback(const CancelToken& token, std::function<void(CancelReason)> call)
    : registration_(token.state_ ? token.state_->source.get_token() : std::stop_token(),
                    Call{.state = token.state_, .call = std::move(call)}) {}

void CancelCallback::Call::operator()() const noexcept {
  try {
    call(state->reason.load(std::memory_order_acquire));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "leash: a cancel callback threw (%s), ignoring\n", error.what());
  } catch (...) {
    std::fputs("leash: a cancel callback threw, ignoring\n", stderr);
  }
}

}  // namespace leash::async
