#include "service/record_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace leash::service {
namespace {

using records::StoredRun;

StoredRun store_form(const Record& record, run::RunSnapshot snapshot) {
  return {.number = record.number,
          .tenant = record.tenant,
          .policy = record.policy,
          .mark = record.mark,
          .output_limit = record.run->spec().limits.output,
          .snapshot = std::move(snapshot),
          .log = {}};
}

/// The run as it is now, which is in this phase or about to enter it.
StoredRun live_form(const Record& record, run::Phase phase, std::string version) {
  run::RunSnapshot snapshot = record.run->snapshot();
  snapshot.phase = phase;
  snapshot.version = std::move(version);
  StoredRun live = store_form(record, std::move(snapshot));
  live.log = record.run->log()->content();
  return live;
}

base::Result<void> bring_up_to_date(records::Store& store, std::vector<StoredRun>& runs,
                                    base::WallTime now, base::Millis keep) {
  std::vector<StoredRun> kept;
  for (StoredRun& run : runs) {
    if (!run.finished()) {
      run = make_lost(std::move(run), now);
      if (auto put = store.put(run); !put) return put;
    } else if (now - run.snapshot.finished_at.value_or(now) >= keep) {
      if (auto removed = store.remove(run.number); !removed) return removed;
      continue;
    }
    kept.push_back(std::move(run));
  }
  runs = std::move(kept);
  return {};
}

}  // namespace

StoredRun make_lost(StoredRun live, base::WallTime now) {
  run::RunSnapshot& snapshot = live.snapshot;
  const bool may_have_printed = snapshot.phase != run::Phase::kQueue;
  snapshot.state = run::State::kFinished;
  snapshot.cause = run::Cause::kServerLost;
  snapshot.status = run::status_of(snapshot.cause, std::nullopt);
  snapshot.stdout_truncated = may_have_printed;
  snapshot.stderr_truncated = may_have_printed;
  snapshot.finished_at = now;
  // What of it was running, nobody knows any more. The clock may have been set back.
  snapshot.timing.total = std::max(
      std::chrono::duration_cast<base::Micros>(now - snapshot.created_at), snapshot.timing.queued);
  if (snapshot.phase == run::Phase::kQueue) snapshot.timing.queued = snapshot.timing.total;
  const run::EventPtr known = live.log.head.empty() ? nullptr : live.log.head.front().event;
  const bool has_waited = known && std::holds_alternative<run::QueuedEvent>(known->body);
  auto queued = std::make_shared<const run::Event>(
      has_waited ? *known : run::Event{.seq = 1, .body = run::QueuedEvent{}});
  live.log = {};
  live.log.head.push_back({.event = std::move(queued), .seq = 1});
  // Each event of output has a byte of it at least; of the others there are fewer than this.
  static constexpr std::uint64_t kOtherEvents = 16;
  live.log.last_seq = 2 * live.output_limit.count + kOtherEvents;
  return live;
}

RecordPtr make_record(StoredRun stored, run::EventLog::Bounds bounds, const base::Clock& clock) {
  auto record = std::make_shared<Record>();
  run::RunSpec spec{.language = stored.snapshot.language};
  spec.limits.output = stored.output_limit;
  record->run = std::make_shared<run::Run>(
      std::move(spec), stored.snapshot,
      std::make_shared<run::EventLog>(bounds, std::move(stored.log)), clock);
  record->tenant = std::move(stored.tenant);
  record->policy = std::move(stored.policy);
  record->mark = std::move(stored.mark);
  record->number = stored.number;
  record->recorded = true;
  return record;
}

base::Result<std::vector<StoredRun>> RecordKeeper::open(
    std::unique_ptr<records::Store> store, base::Millis keep, records::Writer::Failed failed,
    const std::shared_ptr<run::SpillFile>& spill) {
  auto runs = store->load(spill);
  if (!runs) return runs;
  auto done = store->begin();
  if (done) done = bring_up_to_date(*store, *runs, clock_.wall_now(), keep);
  if (done) done = store->commit();
  if (!done) return done.error();
  writer_ = std::make_shared<records::Writer>(
      std::move(store), calls_.loop(),
      [failing = failing_, failed = std::move(failed)](const std::optional<base::Error>& error) {
        *failing = error.has_value();
        if (failed) failed(error);
      });
  return runs;
}

void RecordKeeper::waits(const RecordPtr& record) {
  admitted(record, run::Phase::kQueue, {});
}

void RecordKeeper::started(const RecordPtr& record, const std::string& version) {
  admitted(record, run::Phase::kRun, version);
}

void RecordKeeper::admitted(const RecordPtr& record, run::Phase phase, const std::string& version) {
  if (!writer_) {
    record->recorded = true;
    return;
  }
  writer_->put(live_form(*record, phase, version), calls_.wrap_here([this, record] {
    record->recorded = true;
    const auto [begin, end] = waits_.equal_range(record.get());
    std::vector<std::function<void()>> calls;
    for (auto wait = begin; wait != end; ++wait) calls.push_back(std::move(wait->second));
    waits_.erase(begin, end);
    for (const auto& call : calls) call();
  }));
}

void RecordKeeper::launched(const RecordPtr& record, const std::string& version) {
  if (!writer_) return;
  StoredRun live = live_form(*record, run::Phase::kRun, version);
  live.snapshot.state = run::State::kStarting;
  writer_->put(std::move(live), nullptr);
}

decltype(run::Run::Options::keep_end) RecordKeeper::at_end(const RecordPtr& record) const {
  if (!writer_) return nullptr;
  // The run has this: it must not keep its own record alive.
  return [weak = std::weak_ptr(record), writer = std::weak_ptr(writer_)](
             const run::Run& run, const run::RunSnapshot& end, std::function<void()> publish) {
    const auto known = weak.lock();
    const auto alive = writer.lock();
    if (!known || !alive) return publish();
    StoredRun stored = store_form(*known, end);
    stored.log = run.log()->content();
    alive->put(std::move(stored), std::move(publish));
  };
}

void RecordKeeper::removed(const Record& record, std::function<void()> done) {
  if (writer_) {
    writer_->remove(record.number, std::move(done));
  } else if (done) {
    calls_.post(std::move(done));
  }
}

void RecordKeeper::when_recorded(const RecordPtr& record, std::function<void()> call) {
  if (record->recorded) return call();
  waits_.emplace(record.get(), std::move(call));
}

}  // namespace leash::service
