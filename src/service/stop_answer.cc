#include "service/stop_answer.h"

#include <algorithm>
#include <utility>

namespace leash::service {
namespace {

base::Micros since(base::TimePoint from, base::TimePoint to) {
  return std::max(base::Micros(0), std::chrono::duration_cast<base::Micros>(to - from));
}

}  // namespace

StopAnswer make_stop_answer(run::RunSnapshot snapshot, bool was_unfinished,
                            base::TimePoint received) {
  StopAnswer answer;
  answer.is_empty = snapshot.state == run::State::kFinished;
  answer.stopped = was_unfinished && answer.is_empty && snapshot.cause == run::Cause::kStop;
  if (snapshot.stop) {
    answer.signal = since(received, snapshot.stop->signaled);
    if (answer.is_empty) answer.empty = since(received, snapshot.stop->emptied);
    answer.processes_killed = snapshot.stop->processes_killed;
    answer.remaining = snapshot.stop->remaining;
  }
  answer.snapshot = std::move(snapshot);
  return answer;
}

base::Millis grace_left(const run::RunSnapshot& snapshot, base::Millis grace, base::TimePoint now) {
  if (!snapshot.stop) return base::Millis(0);
  const auto left = snapshot.stop->requested + grace - now;
  return std::max(base::Millis(0), std::chrono::ceil<base::Millis>(left));
}

}  // namespace leash::service
