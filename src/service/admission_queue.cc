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

AdmissionQueue::Share AdmissionQueue::share_of(const std::string& tenant) const {
  const auto share = shares_.find(tenant);
  return share == shares_.end() ? Share{} : share->second;
}

void AdmissionQueue::change_share(const std::string& tenant, std::size_t Share::*part, int by) {
  const auto share = shares_.try_emplace(tenant).first;
  share->second.*part += static_cast<std::size_t>(by);
  if (share->second.running + share->second.waiting == 0) shares_.erase(share);
}

bool AdmissionQueue::may_run(const Tenant& tenant) const {
  return !tenant.max_running || share_of(tenant.name).running < *tenant.max_running;
}

AdmissionQueue::Room AdmissionQueue::room_for(const Tenant& tenant,
                                              const run::Run* replaced) const {
  if (replaced != nullptr && (running_.contains(replaced) || places_.contains(replaced))) {
    return Room::kYes;
  }
  if (starts_at_once(tenant)) return Room::kYes;
  if (tenant.max_queued && share_of(tenant.name).waiting >= *tenant.max_queued) {
    return Room::kTenantFull;
  }
  return waiting_.size() < bounds_.max_queued ? Room::kYes : Room::kFull;
}

bool AdmissionQueue::starts_at_once(const Tenant& tenant) const {
  // A place is free only if all who wait are kept back by their own caps. Nobody passes those of
  // the own tenant.
  return running_.size() < bounds_.max_running && may_run(tenant) &&
         share_of(tenant.name).waiting == 0;
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

void AdmissionQueue::admit(const run::RunPtr& run, const Tenant& tenant) {
  if (starts_at_once(tenant)) {
    run->queued(0);
    launch(run, tenant.name);
    return;
  }
  run->queued(waiting_.size() + 1);
  change_share(tenant.name, &Share::waiting, 1);
  waiting_.push_back({.run = run,
                      .tenant = tenant,
                      .deadline = clock_.now() + bounds_.queue_wait,
                      .on_cancel = {}});
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

void AdmissionQueue::launch(const run::RunPtr& run, const std::string& tenant) {
  running_.emplace(run.get(), Running{.run = run, .tenant = tenant});
  change_share(tenant, &Share::running, 1);
  launch_(run);
}

void AdmissionQueue::launch_next() {
  for (auto next = waiting_.begin();
       next != waiting_.end() && running_.size() < bounds_.max_running;) {
    const auto place = next++;
    if (place->run->state() != run::State::kQueued) {
      finish_unstarted(place);
    } else if (may_run(place->tenant)) {
      const std::string tenant = place->tenant.name;
      launch(leave_line(place), tenant);
    }
  }
  arm_deadline();
}

run::RunPtr AdmissionQueue::leave_line(Line::iterator place) {
  run::RunPtr run = place->run;
  change_share(place->tenant.name, &Share::waiting, -1);
  places_.erase(run.get());
  waiting_.erase(place);
  return run;
}

void AdmissionQueue::ended(const run::Run& run) {
  if (const auto place = running_.find(&run); place != running_.end()) {
    change_share(place->second.tenant, &Share::running, -1);
    running_.erase(place);
  }
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
  for (const auto& [key, running] : running_) live.push_back(running.run);
  for (const run::RunPtr& run : live) run->cancel(cause);
}

void AdmissionQueue::drop_cancelled(const run::Run& run) {
  const auto place = places_.find(&run);
  if (place == places_.end() || run.state() == run::State::kQueued) return;
  finish_unstarted(place->second);
}

void AdmissionQueue::finish_unstarted(Line::iterator place) {
  const run::RunPtr run = leave_line(place);
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
