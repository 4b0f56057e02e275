#include "run/life.h"

#include <cassert>

namespace leash::run {

bool Life::start() {
  if (state_ != State::kQueued) return false;
  enter(State::kStarting);
  return true;
}

bool Life::execute(Phase phase) {
  assert(phase > phase_ &&
         (state_ == State::kStarting || state_ == State::kRunning || state_ == State::kStopping));
  const bool first = phase_ == Phase::kQueue;
  phase_ = phase;
  if (state_ == State::kStarting) enter(State::kRunning);
  return first;
}

bool Life::end(Cause cause) {
  assert(cause != Cause::kNone);
  if (cause_ != Cause::kNone) return false;
  cause_ = cause;
  enter(State::kStopping);
  return true;
}

void Life::finish() {
  enter(State::kFinished);
}

void Life::enter(State next) {
  assert(is_legal_step(state_, next));
  state_ = next;
}

}  // namespace leash::run
