#include "run/outcome.h"

#include <string.h>  // NOLINT(modernize-deprecated-headers): sigabbrev_np is glibc's

#include <array>
#include <csignal>

namespace leash::run {

std::string_view to_string(State state) {
  static constexpr std::array<std::string_view, 5> kNames = {"queued", "starting", "running",
                                                             "stopping", "finished"};
  return kNames.at(static_cast<std::size_t>(state));
}

std::string_view to_string(Status status) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "",          "succeeded",      "failed",      "signaled",       "cancelled",
      "timed_out", "limit_exceeded", "setup_error", "compile_failed", "server_lost"};
  return kNames.at(static_cast<std::size_t>(status));
}

std::string_view to_string(Phase phase) {
  static constexpr std::array<std::string_view, 3> kNames = {"queue", "compile", "run"};
  return kNames.at(static_cast<std::size_t>(phase));
}

std::string signal_name(int number) {
  if (const char* name = ::sigabbrev_np(number); name != nullptr) return std::string("SIG") + name;
  if (number >= SIGRTMIN && number <= SIGRTMAX) {
    return "SIGRTMIN+" + std::to_string(number - SIGRTMIN);
  }
  return "SIG" + std::to_string(number);
}

Status status_of(Cause cause, const std::optional<ProgramExit>& exit) {
  switch (cause) {
    case Cause::kNone:
      return Status::kNone;
    case Cause::kExit:
      if (!exit) return Status::kSetupError;
      if (exit->signaled) return Status::kSignaled;
      return exit->code == 0 ? Status::kSucceeded : Status::kFailed;
    case Cause::kStop:
    case Cause::kClientDisconnected:
    case Cause::kReplaced:
    case Cause::kSlowClient:
    case Cause::kExpired:
    case Cause::kShutdown:
      return Status::kCancelled;
    case Cause::kWallLimit:
    case Cause::kCpuLimit:
    case Cause::kIdleLimit:
    case Cause::kQueueLimit:
      return Status::kTimedOut;
    case Cause::kMemoryLimit:
    case Cause::kOutputLimit:
      return Status::kLimitExceeded;
    case Cause::kSetupError:
      return Status::kSetupError;
    case Cause::kCompileError:
      return Status::kCompileFailed;
    case Cause::kServerLost:
      return Status::kServerLost;
  }
  return Status::kNone;
}

}  // namespace leash::run
