#include "service/retention.h"

#include <algorithm>
#include <utility>

namespace leash::service {
namespace {

/// Record, run, log, snapshot and the entries that lead to them.
constexpr std::uint64_t kRecordOverhead = 4096;
/// An event with its allocations, without its data.
constexpr std::uint64_t kEventOverhead = 160;

}  // namespace

Retention::Retention(Bounds bounds, boost::asio::io_context& loop, const base::Clock& clock,
                     std::function<void(const RecordPtr&)> forget)
    : bounds_(bounds), clock_(clock), forget_(std::move(forget)), timer_(loop), calls_(loop) {}

void Retention::add(const RecordPtr& record, base::Bytes size, base::Millis age) {
  oldest_first_.push_back(
      {.record = record, .size = size, .until = clock_.now() + bounds_.time - age});
  places_.emplace(record.get(), std::prev(oldest_first_.end()));
  total_.count += size.count;
  sweep();
}

void Retention::remove(const Record& record) {
  const auto place = places_.find(&record);
  if (place != places_.end()) take(place->second);
}

void Retention::sweep() {
  const base::TimePoint now = clock_.now();
  while (!oldest_first_.empty()) {
    const bool is_old = oldest_first_.front().until <= now;
    const bool is_too_much = total_ > bounds_.total && oldest_first_.size() > 1;
    if (!is_old && !is_too_much) break;
    forget_(take(oldest_first_.begin()));
  }
  arm();
}

RecordPtr Retention::take(List::iterator place) {
  RecordPtr record = std::move(place->record);
  total_.count -= place->size.count;
  places_.erase(record.get());
  oldest_first_.erase(place);
  return record;
}

void Retention::arm() {
  // One that is set already is due soon enough: records that are here are older than those to come.
  if (armed_ || oldest_first_.empty()) return;
  armed_ = true;
  timer_.expires_after(oldest_first_.front().until - clock_.now());
  calls_.when_due(timer_, [this] {
    armed_ = false;
    sweep();
  });
}

base::Bytes retained_size(const run::Run& run, const run::EventLog::Bounds& bounds) {
  const run::RunSnapshot snapshot = run.snapshot();
  const std::uint64_t limit = run.spec().limits.output.count;
  const std::uint64_t printed =
      std::min(snapshot.usage.stdout_bytes, limit) + std::min(snapshot.usage.stderr_bytes, limit);
  const std::uint64_t kept = std::min(printed, bounds.retain.count + bounds.window.count);
  // Every output event has at least one byte.
  const std::uint64_t events = std::min(run.log()->last_seq(), kept);
  std::uint64_t size = kRecordOverhead + kept + events * kEventOverhead;
  for (const run::SourceFile& file : run.spec().files) {
    size += file.path.size() + file.content.size();
  }
  for (const std::string& arg : run.spec().args) size += arg.size();
  for (const auto& [name, value] : run.spec().env) size += name.size() + value.size();
  size += run.spec().stdin_data.size();
  if (snapshot.compile) {
    // In the snapshot, in its event, and in the snapshot of the last event.
    size += 3 * (snapshot.compile->stdout_data.size() + snapshot.compile->stderr_data.size());
  }
  return {size};
}

}  // namespace leash::service
