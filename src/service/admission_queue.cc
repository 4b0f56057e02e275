#include "service/admission_queue.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace leash::service {

AdmissionQueue::AdmissionQueue(Bounds bounds, boost::asio::io_context& loop,
                               const base::Clock& clock,
                               std::function<void(const run::RunPtr&)> launch)
    : bounds_(bounds), clock_(clock), launch_(std::move(launch)), deadline_(loop), calls_(loop) {}

AdmissionQueue::~AdmissionQueue() {
  while (!waiting_.empty()) {
    waiting_.front().run->cancel(run::Cause::kShutdown);
    finish_unstarted(waiting_.begin());
  }
}

bool AdmissionQueue::has_room(const run::Run* replaced) const {
  if (replaced != nullptr && (running_.contains(replaced) || places_.contains(replaced))) {
    return true;
  }
  if (waiting_.empty() && running_.size() < bounds_.max_running) return true;
  return waiting_.size() < bounds_.max_queued;
}

base::Millis AdmissionQueue::retry_after() const {
  // Nobody knows when a program will end. What is known is when the first in line leaves it at the
  // latest; but a client should not wait for that if the places turn over fast.
  static constexpr base::Millis kSoon{1'000};
  static constexpr base::Millis kLate{30'000};
  if (waiting_.empty()) return kSoon;
  const auto left = waiting_.front().deadline - clock_.now();
  return std::clamp(std::chrono::duration_cast<base::Millis>(left), kSoon, kLate);
}

void AdmissionQueue::admit(const run::RunPtr& run) {
  if (waiting_.empty() && running_.size() < bounds_.max_running) {
    run->queued(0);
    launch(run);
    return;
  }
  run->queued(waiting_.size() + 1);
  waiting_.push_back({.run = run, .deadline = clock_.now() + bounds_.queue_wait, .on_cancel = {}});
  const auto place = std::prev(waiting_.end());
  places_.emplace(run.get(), place);
  // Cancelled on any thread, so the news is posted; until it is here, the run still stands in line
  // and launch_next() looks for itself.
  const auto news = calls_.wrap([this, weak = std::weak_ptr<run::Run>(run)] {
    if (const auto cancelled = weak.lock()) drop_cancelled(*cancelled);
  });
  place->on_cancel =
      std::make_unique<async::CancelCallback>(run->token(), [news](run::Cause) { news(); });
  arm_deadline();
}

void AdmissionQueue::launch(const run::RunPtr& run) {
  running_.emplace(run.get(), run);
  launch_(run);
}

void AdmissionQueue::launch_next() {
  while (!waiting_.empty() && running_.size() < bounds_.max_running) {
    const auto first = waiting_.begin();
    const run::RunPtr run = first->run;
    if (run->state() != run::State::kQueued) {
      finish_unstarted(first);
      continue;
    }
    places_.erase(run.get());
    waiting_.erase(first);
    launch(run);
  }
  arm_deadline();
}

void AdmissionQueue::ended(const run::Run& run) {
  running_.erase(&run);
  launch_next();
}

void AdmissionQueue::cancel_all(run::Cause cause) {
  // Those in line first, lest a place that becomes free starts one of them.
  while (!waiting_.empty()) {
    waiting_.front().run->cancel(cause);
    finish_unstarted(waiting_.begin());
  }
  std::vector<run::RunPtr> live;
  live.reserve(running_.size());
  for (const auto& [key, run] : running_) live.push_back(run);
  for (const run::RunPtr& run : live) run->cancel(cause);
}

void AdmissionQueue::drop_cancelled(const run::Run& run) {
  const auto place = places_.find(&run);
  if (place == places_.end() || run.state() == run::State::kQueued) return;
  finish_unstarted(place->second);
}

void AdmissionQueue::finish_unstarted(Line::iterator place) {
  const run::RunPtr run = place->run;
  places_.erase(run.get());
  waiting_.erase(place);
  // There never was a process, so the set has been empty since before the cause.
  const base::TimePoint now = clock_.now();
  run->finish({.proof = {.requested = now, .signaled = now, .emptied = now, .empty = true}});
}

void AdmissionQueue::arm_deadline() {
  // One that is set already is due soon enough: those in front leave first.
  if (armed_ || waiting_.empty()) return;
  armed_ = true;
  deadline_.expires_after(waiting_.front().deadline - clock_.now());
  calls_.when_due(deadline_, [this] {
    armed_ = false;
    expire();
  });
}

void AdmissionQueue::expire() {
  while (!waiting_.empty() && waiting_.front().deadline <= clock_.now()) {
    waiting_.front().run->cancel(run::Cause::kQueueLimit);
    finish_unstarted(waiting_.begin());
  }
  arm_deadline();
}

}  // namespace leash::service
