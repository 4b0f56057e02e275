#include "spawner/slot_pool.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>

#include "base/tell.h"
#include "protocol/channel.h"
#include "protocol/setup_step.h"
#include "sys/memfd.h"

namespace leash::spawner {
namespace {

using async::FdWatch;
using protocol::InitOrder;
using protocol::InitReport;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long the making of a slot may take: the init reports when it is done.
constexpr milliseconds kMakingPatience{10'000};
/// After a failure to make a slot: wait so long before the next try, longer if nobody waits for it.
constexpr milliseconds kRetryDelay{20};
constexpr milliseconds kLongRetryDelay{500};
constexpr int kMaxFailures = 3;
constexpr seconds kDemandInterval{30};
/// So long after a claim the processors are left to the run, as long as enough slots are ready.
constexpr milliseconds kCalm{10};
/// A run that goes on for longer lets newer ones pass.
constexpr milliseconds kYoung{20};
/// How long after its kill a slot may take to be gone before it is tried again.
constexpr seconds kRemovalCheck{1};

/// Reaps a process that has ended. False if it is not to be had yet: somebody traces it.
bool take_away(const sys::PidFd& process) {
  const auto exit = process.reap();
  return exit || exit.error().number != EAGAIN;
}

}  // namespace

SlotPool::SlotPool(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
                   UidRange& uids, WarmSet& warm, Options options)
    : loop_(loop),
      uids_(uids),
      warm_(warm),
      options_(options),
      closer_(context.networks),
      retry_(loop),
      interval_(loop),
      calm_(loop) {
  shelves_.try_emplace(kAnyCommand, options_.ready);
}

SlotPool::~SlotPool() {
  for (auto& [id, entry] : entries_) entry->slot.kill();
}

void SlotPool::fill() {
  warm_.start({.warm =
                   [this](SlotKind kind) {
                     shelves_.try_emplace(kind, options_.ready);
                     refill();
                   },
               .lost = [this](SlotKind kind) { give_up_kind(kind); }});
  refill();
}

SlotPool::Entry* SlotPool::find(std::uint64_t id, State state) {
  const auto found = entries_.find(id);
  return found != entries_.end() && found->second->state == state ? found->second.get() : nullptr;
}

bool SlotPool::has(const std::string& name) const {
  return std::ranges::any_of(entries_,
                             [&](const auto& item) { return item.second->slot.name == name; });
}

SlotKind SlotPool::kind_for(const protocol::Claim& claim) const {
  const SlotKind kind = kind_of(claim.language, claim.step);
  const auto shelf = shelves_.find(kind);
  if (shelf == shelves_.end()) return kAnyCommand;
  const auto& ready = shelf->second.ready;
  const auto next = ready.empty() ? entries_.end() : entries_.find(ready.front());
  const sandbox::Slot* slot = next == entries_.end() ? nullptr : &next->second->slot;
  return warm_.serves(kind, claim, slot) ? kind : kAnyCommand;
}

std::size_t SlotPool::wanted(SlotKind kind, const Shelf& shelf) const {
  return warm_.wanted(kind, shelf.demand.wanted());
}

std::optional<SlotKind> SlotPool::most_wanted() const {
  const base::TimePoint now = std::chrono::steady_clock::now();
  const auto supply = [this](SlotKind kind) {
    return Supply{.ready = wanted(kind, shelves_.at(kind)),
                  .is_prestarted = warm_.is_prestarted(kind)};
  };
  return next_slot(shelves_, supply, now, now < calm_at_);
}

void SlotPool::refill() {
  if (closing_ || refill_posted_ || !most_wanted()) return;
  refill_posted_ = true;
  boost::asio::post(loop_, [this] {
    refill_posted_ = false;
    if (!closing_) make_one();
  });
}

void SlotPool::make_one() {
  const auto kind = most_wanted();
  const auto uid = kind ? uids_.take() : std::nullopt;
  if (!uid) return;  // all in use: one that ends will call refill()
  const std::uint64_t id = next_id_++;
  auto slot = warm_.launch(*kind, fmt::format("slot-{:x}", id), *uid);
  if (!slot) {
    uids_.give_back(*uid);
    return on_making_failed(*kind, slot.error());
  }
  auto made = std::make_unique<Entry>(id, *kind, std::move(*slot), loop_);
  try {
    made->watch(loop_);
  } catch (const boost::system::system_error& error) {
    sandbox::discard(made->slot);
    uids_.give_back(*uid);
    return on_making_failed(*kind, base::plain_error("watch a slot", "", error.code().message()));
  }
  Entry& entry = *entries_.emplace(id, std::move(made)).first->second;
  ++shelves_.at(*kind).making;
  entry.control->once(FdWatch::For::kRead, [this, &entry] { on_control(entry); });
  entry.init->once(FdWatch::For::kRead, [this, &entry] { on_init_ended(entry); });
  entry.timer.after(kMakingPatience, [this, &entry] {
    const SlotKind late = entry.kind;
    end(entry);
    on_making_failed(late, base::plain_error("set a slot up", "", "it was not ready in time"));
  });
  refill();
}

void SlotPool::on_making_failed(SlotKind kind, const base::Error& error) {
  base::tell("leash: a sandbox could not be made: {}\n", error.message());
  const auto shelf = shelves_.find(kind);
  if (shelf == shelves_.end()) return;
  const bool often = ++shelf->second.failures >= kMaxFailures;
  if (kind != kAnyCommand && often) warm_.renew(kind);
  if (kind != kAnyCommand && !warm_.is_warm(kind)) return give_up_kind(kind);
  shelf->second.note_failure(error, kMaxFailures);
  const milliseconds delay = shelf->second.waiting.empty() ? kLongRetryDelay : kRetryDelay;
  shelf->second.not_before = std::chrono::steady_clock::now() + delay;
  retry_.after(delay, [this] { refill(); });
}

/// Its slots cannot be made, or are not worth it: what waits for it, and all that comes, is served
/// without, until there is another one.
void SlotPool::give_up_kind(SlotKind kind) {
  const auto found = shelves_.extract(kind);
  if (found.empty()) return;
  Shelf& lost = found.mapped();
  Shelf& any = shelves_.at(kAnyCommand);
  for (WaitingClaim& waiting : lost.waiting) any.waiting.push_back(std::move(waiting));
  for (const std::uint64_t id : lost.ready) {
    if (Entry* entry = find(id, State::kReady)) end(*entry);
  }
  serve_waiting(any);
  refill();
}

void SlotPool::on_control(Entry& entry) {
  InitReport report;
  const ssize_t got = ::recv(entry.slot.control.get(), &report, sizeof report, MSG_DONTWAIT);
  // From a ready one only bad news: a process that waited in it has ended.
  if (got == sizeof report && (entry.state == State::kMaking || entry.state == State::kReady)) {
    if (entry.state == State::kMaking && report.report == protocol::Report::kReady) {
      const auto shelf = shelves_.find(entry.kind);
      if (shelf == shelves_.end()) return end(entry);
      entry.timer.cancel();
      warm_.slot_is_ready(entry.kind);
      --shelf->second.making;
      entry.state = State::kReady;
      const auto& caps = shelf->second.caps;
      if (caps && shelf->second.waiting.empty() && entry.slot.set_caps(*caps)) entry.caps = caps;
      entry.control->once(FdWatch::For::kRead, [this, &entry] { on_control(entry); });
      shelf->second.ready.push_back(entry.id);
      serve_waiting(shelf->second);
      end_surplus(entry.kind, shelf->second);  // who has waited for it may have gone
      refill();
    } else {
      const auto error = base::plain_error("set a slot up", "", protocol::failure_text(report));
      end(entry);
      on_making_failed(entry.kind, error);
    }
  }
  // Otherwise the socket was closed: the init has ended, which its pidfd tells.
}

void SlotPool::claim(const protocol::Claim& claim, sys::UniqueFd job, Claimed claimed,
                     Refused refused) {
  warm_.note_use(kind_of(claim.language, claim.step));
  Shelf& shelf = shelves_.at(kind_for(claim));
  shelf.demand.note_claim(shelf.ready.size());
  if (shelf.demand.is_raised() && !std::exchange(is_raised_, true)) {
    interval_.after(kDemandInterval, [this] { end_interval(); });
  }
  shelf.waiting.push_back({claim, std::move(job), std::move(claimed), std::move(refused)});
  shelf.not_before = {};  // it is tried at once
  serve_waiting(shelf);
  calm_at_ = std::chrono::steady_clock::now() + kCalm;
  calm_.after(kCalm, [this] { refill(); });
  refill();
}

void SlotPool::end_interval() {
  is_raised_ = false;
  for (auto& [kind, shelf] : shelves_) {
    shelf.demand.end_interval(shelf.ready.size());
    is_raised_ = is_raised_ || shelf.demand.is_raised();
    end_surplus(kind, shelf);
  }
  if (is_raised_) interval_.after(kDemandInterval, [this] { end_interval(); });
}

void SlotPool::end_surplus(SlotKind kind, Shelf& shelf) {
  while (shelf.ready.size() > wanted(kind, shelf)) {
    Entry* entry = find(shelf.ready.front(), State::kReady);
    shelf.ready.pop_front();
    if (entry != nullptr) end(*entry);
  }
}

void SlotPool::serve_waiting(Shelf& shelf) {
  while (!shelf.waiting.empty() && !shelf.ready.empty()) {
    Entry* entry = find(shelf.ready.front(), State::kReady);
    shelf.ready.pop_front();
    if (entry == nullptr) continue;
    WaitingClaim next = std::move(shelf.waiting.front());
    shelf.waiting.pop_front();
    shelf.failures = 0;  // not when it was made: a process that waits in it may have died again
    hand_over(*entry, std::move(next));
  }
}

void SlotPool::hand_over(Entry& entry, WaitingClaim waiting) {
  const protocol::SlotLimits& limits = waiting.claim.limits;
  if (const auto given = entry.give(waiting.claim, waiting.job.get()); !given) {
    end(entry);
    return waiting.refused(given.error());
  }
  if (const auto shelf = shelves_.find(entry.kind); shelf != shelves_.end()) {
    shelf->second.caps = entry.caps;
  }
  entry.state = State::kClaimed;
  if (limits.deadline_ms > 0) {
    entry.timer.after(milliseconds(limits.deadline_ms), [this, &entry] { end(entry); });
  }
  entry.aging.after(kYoung, [&entry] { entry.slot.leaf.let_others_pass(); });
  waiting.claimed(entry.id, entry.slot);
  entry.let_go();
}

void SlotPool::withdraw(std::uint64_t request) {
  for (auto& [kind, shelf] : shelves_) {
    std::erase_if(shelf.waiting,
                  [=](const WaitingClaim& one) { return one.claim.request == request; });
  }
}

void SlotPool::signal(std::uint64_t id, int number) {
  Entry* entry = find(id, State::kClaimed);
  if (entry == nullptr) return;
  const InitOrder order{.order = protocol::Order::kSignal, .signal = number};
  static_cast<void>(protocol::send(entry->slot.control.get(), order));  // an ended init: too late
}

void SlotPool::kill(std::uint64_t id) {
  Entry* entry = find(id, State::kClaimed);
  if (entry != nullptr) entry->slot.kill();
}

void SlotPool::release(std::uint64_t id) {
  if (Entry* entry = find(id, State::kClaimed)) end(*entry);
}

void SlotPool::end_claimed() {
  for (auto& [kind, shelf] : shelves_) shelf.waiting.clear();
  for (auto& [id, entry] : entries_) {
    if (entry->state == State::kClaimed) end(*entry);
  }
}

void SlotPool::end_all(std::function<void()> empty) {
  closing_ = true;
  interval_.cancel();
  on_empty_ = std::move(empty);
  for (auto& [kind, shelf] : shelves_) {
    shelf.waiting.clear();
    shelf.ready.clear();
  }
  for (auto& [id, entry] : entries_) {
    if (entry->state != State::kEnding) end(*entry);
  }
  if (entries_.empty()) boost::asio::post(loop_, on_empty_);
}

void SlotPool::on_init_ended(Entry& entry) {
  entry.ended = true;
  entry.reaped = take_away(entry.slot.init);
  if (entry.state == State::kMaking) on_control(entry);  // what it said last
  if (entry.state == State::kEnding) {
    try_to_remove(entry.id);
  } else if (entry.state != State::kClaimed) {
    const SlotKind kind = entry.kind;
    end(entry);  // it never got a job
    on_making_failed(kind, base::plain_error("keep a slot", "", "its first process has ended"));
  }
  // A claimed one stays until the server has read its figures and releases it.
}

void SlotPool::end(Entry& entry) {
  if (const auto shelf = shelves_.find(entry.kind); shelf != shelves_.end()) {
    if (entry.state == State::kReady) std::erase(shelf->second.ready, entry.id);
    if (entry.state == State::kMaking) --shelf->second.making;
  }
  entry.state = State::kEnding;
  entry.timer.cancel();
  entry.aging.cancel();
  // The kernel kills under the lock of all cgroups, for which it may have to wait long.
  if (!entry.slot.is_over()) entry.slot.kill();
  // Not from here: the caller may be iterating, or still use the entry.
  if (entry.ended) boost::asio::post(loop_, [this, id = entry.id] { try_to_remove(id); });
}

void SlotPool::try_to_remove(std::uint64_t id) {
  Entry* entry = find(id, State::kEnding);
  if (entry == nullptr || !entry->ended) return;
  const auto again = [this, id] { try_to_remove(id); };
  // Watched first, looked at second: a change in between is not missed.
  if (entry->slot.leaf.v2() >= 0) entry->events->once(FdWatch::For::kException, again);
  if (!entry->reaped) entry->reaped = take_away(entry->slot.init);
  const auto populated = entry->slot.leaf.populated();
  const bool removed =
      entry->reaped && populated && !*populated && entry->slot.remove().has_value();
  if (!removed) {
    entry->slot.kill();
    entry->timer.after(kRemovalCheck, again);
    return;
  }
  uids_.give_back(entry->slot.uid);
  sandbox::Slot slot = std::move(entry->slot);
  entries_.erase(id);  // and with it the watches of the slot's descriptors
  closer_.close(std::move(slot));
  refill();
  if (closing_ && entries_.empty() && on_empty_) std::exchange(on_empty_, nullptr)();
}

}  // namespace leash::spawner
