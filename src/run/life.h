#pragma once

#include <algorithm>
#include <array>

#include "run/outcome.h"

namespace leash::run {

/// The steps that a run's state may take: the whole state machine. What is not here is a bug.
struct LifeStep {
  State from;
  State to;
  friend constexpr bool operator==(const LifeStep&, const LifeStep&) = default;
};
inline constexpr std::array kLifeSteps = {
    LifeStep{State::kQueued, State::kStarting},    // a driver took it over
    LifeStep{State::kStarting, State::kRunning},   // its first program was executed
    LifeStep{State::kQueued, State::kStopping},    // it has a cause …
    LifeStep{State::kStarting, State::kStopping},  // … in whichever state that came
    LifeStep{State::kRunning, State::kStopping},
    LifeStep{State::kStopping, State::kFinished},  // the kernel says that nothing is left
};

[[nodiscard]] constexpr bool is_legal_step(State from, State to) {
  return std::ranges::find(kLifeSteps, LifeStep{from, to}) != kLifeSteps.end();
}

/// Where a run is, why it ends and how far it came. A plain value without lock, clock or calls:
/// `Run` guards one and tells the world what it does; life_model_test.cc walks through all of it.
///
/// A run that ends by itself passes through `stopping`, too: with cause `exit` what it left behind
/// is still to be killed.
class Life {
 public:
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Cause cause() const {
    return cause_;
  }  ///< kNone until there is one, then for good.
  [[nodiscard]] Phase phase() const { return phase_; }

  /// queued -> starting. False, and nothing changes, if it was ended while it waited.
  [[nodiscard]] bool start();
  /// A compiler (kCompile) or the program (kRun) was executed. True for the first of them. In
  /// `stopping` that happens, too: to a run whose grace began before its program did.
  bool execute(Phase phase);
  /// -> stopping, for this reason. False, and nothing changes, if there is one already.
  bool end(Cause cause);
  /// stopping -> finished. Once.
  void finish();

  friend bool operator==(const Life&, const Life&) = default;

 private:
  void enter(State next);

  State state_ = State::kQueued;
  Cause cause_ = Cause::kNone;
  Phase phase_ = Phase::kQueue;
};

/// It came to its end by itself: nobody stopped it, so there is nothing to prove.
[[nodiscard]] constexpr bool is_own_end(Cause cause) {
  return cause == Cause::kExit || cause == Cause::kCompileError || cause == Cause::kSetupError;
}

}  // namespace leash::run
