#include "run/run.h"

#include <algorithm>
#include <cassert>
#include <csignal>
#include <utility>

namespace leash::run {
namespace {

base::Micros between(base::TimePoint from, base::TimePoint to) {
  return std::chrono::duration_cast<base::Micros>(to - from);
}

}  // namespace

Run::Run(RunSpec spec, Options options, const base::Clock& clock)
    : id_(std::move(options.id)),
      spec_(std::move(spec)),
      clock_(clock),
      created_(clock.now()),
      log_(std::make_shared<EventLog>(options.log_bounds, options.spill)),
      input_(base::Bytes{options.stdin_capacity.count + spec_.stdin_data.size()}),
      step_began_(created_),
      keep_end_(std::move(options.keep_end)) {
  snapshot_.id = id_;
  snapshot_.language = spec_.language;
  snapshot_.created_at = clock.wall_now();
  static_cast<void>(input_.push(spec_.stdin_data));
  if (!spec_.stdin_open) input_.close();
}

Run::Run(RunSpec spec, const RunSnapshot& end, std::shared_ptr<EventLog> log,
         const base::Clock& clock)
    : id_(end.id),
      spec_(std::move(spec)),
      clock_(clock),
      created_(clock.now()),
      log_(std::move(log)),
      input_(base::Bytes{0}),
      snapshot_(end),
      is_ending_(true) {
  assert(end.state == State::kFinished && end.cause != Cause::kNone);
  if (end.phase != Phase::kQueue) {
    static_cast<void>(life_.start());
    life_.execute(end.phase);
  }
  life_.end(end.cause);
  life_.finish();
  input_.abandon();
  source_.cancel(end.cause);
  log_->append(FinishedEvent{.snapshot = std::make_shared<const RunSnapshot>(end)});
}

bool Run::cancel(Cause cause, base::Millis grace) {
  {
    // The cause and the state change together; the callbacks come after, outside the lock.
    std::unique_lock lock(mutex_);
    if (!life_.end(cause)) {
      const auto hurry = cut_grace(cause, grace) ? hurry_ : nullptr;
      lock.unlock();
      if (hurry) hurry();
      return false;
    }
    grace_ = grace;
    if (!is_own_end(cause)) {
      const base::TimePoint now = clock_.now();
      snapshot_.stop = StopProof{.cause = cause,
                                 .requested_at = clock_.wall_now(),
                                 .requested = now,
                                 .signaled = now,
                                 .emptied = now};
      log_->append(StoppingEvent{.cause = cause});
    }
  }
  const bool first = source_.cancel(cause);
  assert(first);
  return first;
}

bool Run::cut_grace(Cause cause, base::Millis grace) {
  const bool cut = life_.state() == State::kStopping && grace_.count() > 0 && grace.count() == 0 &&
                   !is_own_end(cause);
  if (cut) grace_ = grace;
  return cut;
}

base::Millis Run::grace() const {
  const std::scoped_lock lock(mutex_);
  return grace_;
}

bool Run::signal(int number) {
  std::function<bool(int)> send;
  {
    const std::scoped_lock lock(mutex_);
    send = send_signal_;
  }
  return send && send(number);
}

RunSnapshot Run::snapshot() const {
  const std::scoped_lock lock(mutex_);
  RunSnapshot snapshot = whole_snapshot();
  if (snapshot.state != State::kFinished) {
    const base::TimePoint now = clock_.now();
    snapshot.timing.total = between(created_, now);
    snapshot.timing.*step_ += between(step_began_, now);
    const EventLog::Counters printed = log_->total();
    snapshot.usage.stdout_bytes = printed[0];
    snapshot.usage.stderr_bytes = printed[1];
  }
  return snapshot;
}

RunSnapshot Run::whole_snapshot() const {
  RunSnapshot snapshot = snapshot_;
  if (life_.state() == State::kFinished) return snapshot;
  snapshot.state = life_.state();
  snapshot.cause = life_.cause();
  snapshot.phase = life_.phase();
  return snapshot;
}

State Run::state() const {
  const std::scoped_lock lock(mutex_);
  return life_.state();
}

void Run::on_finished(std::function<void()> call) {
  {
    const std::scoped_lock lock(mutex_);
    if (life_.state() != State::kFinished) {
      finished_calls_.push_back(std::move(call));
      return;
    }
  }
  call();
}

void Run::queued(std::uint64_t position) {
  log_->append(QueuedEvent{.position = position});
}

bool Run::starting() {
  const std::scoped_lock lock(mutex_);
  if (!life_.start()) return false;
  count_as(&Timing::start);
  return true;
}

void Run::count_as(base::Micros Timing::*step) {
  const base::TimePoint now = clock_.now();
  snapshot_.timing.*step_ += between(step_began_, now);
  step_ = step;
  step_began_ = now;
}

void Run::begin(Phase phase, const std::string& version) {
  const std::scoped_lock lock(mutex_);
  const bool first = life_.execute(phase);
  count_as(phase == Phase::kCompile ? &Timing::compile : &Timing::run);
  snapshot_.version = version;
  if (first) log_->append(StartedEvent{.version = version});
}

void Run::compiling(const std::string& version) {
  begin(Phase::kCompile, version);
}

void Run::compiled(CompileReport report) {
  const std::scoped_lock lock(mutex_);
  count_as(&Timing::start);
  snapshot_.timing.compile = report.elapsed;
  snapshot_.compile = report;
  log_->append(CompileEvent{.report = std::move(report)});
}

void Run::running(const std::string& version) {
  begin(Phase::kRun, version);
}

void Run::output(Stream stream, std::string data, bool utf8) {
  log_->append(OutputEvent{.stream = stream, .data = std::move(data), .utf8 = utf8});
}

void Run::truncated(Stream stream, std::uint64_t missing_bytes) {
  const std::scoped_lock lock(mutex_);
  (stream == Stream::kStdout ? snapshot_.stdout_truncated : snapshot_.stderr_truncated) = true;
  log_->append(TruncatedEvent{
      .stream = stream, .missing_bytes = missing_bytes, .last_seq = log_->last_seq()});
}

void Run::set_signal_sender(std::function<bool(int)> send) {
  const std::scoped_lock lock(mutex_);
  send_signal_ = std::move(send);
}

void Run::on_hurry(std::function<void()> call) {
  const std::scoped_lock lock(mutex_);
  hurry_ = std::move(call);
}

void Run::update_stop(const StopProof& proof) {
  const std::scoped_lock lock(mutex_);
  if (!snapshot_.stop || life_.state() == State::kFinished) return;
  StopProof& known = *snapshot_.stop;
  known.signaled = proof.signaled;
  known.processes_killed = proof.processes_killed;
  known.remaining = proof.remaining;
}

void Run::finish(const End& end) {
  input_.abandon();
  const RunSnapshot last = make_end(end);
  if (!keep_end_) return publish(last);
  keep_end_(*this, last, [self = shared_from_this(), last] { self->publish(last); });
}

RunSnapshot Run::make_end(const End& end) {
  const std::scoped_lock lock(mutex_);
  assert(!is_ending_ && life_.state() == State::kStopping);
  is_ending_ = true;
  send_signal_ = nullptr;
  hurry_ = nullptr;
  RunSnapshot last = whole_snapshot();
  last.state = State::kFinished;
  last.status = status_of(last.cause, end.exit);
  last.exit = end.exit;
  last.setup_error = end.setup_error;
  // If nothing was executed, all the time since it left the line was that of its start.
  const bool counts_start = step_ == &Timing::start && last.phase == Phase::kQueue;
  count_as(step_);
  last.timing.queued = snapshot_.timing.queued;
  last.timing.start = counts_start ? snapshot_.timing.start : end.start;
  last.timing.run = end.run;
  last.timing.stages = end.stages;
  last.timing.total = between(created_, step_began_);
  if (last.cause == Cause::kSetupError) last.phase = std::max(last.phase, end.set_up);
  last.waited_for_slot = end.waited_for_slot;
  last.usage = end.usage;
  last.finished_at = clock_.wall_now();
  if (last.stop) {
    StopProof& known = *last.stop;
    known.signaled = std::max(known.requested, end.proof.signaled);
    known.emptied = std::max(known.signaled, end.proof.emptied);
    known.processes_killed = end.proof.processes_killed;
    known.empty = true;
    known.remaining = 0;
  }
  last.stdout_truncated |= log_->is_incomplete(Stream::kStdout);
  last.stderr_truncated |= log_->is_incomplete(Stream::kStderr);
  return last;
}

void Run::publish(const RunSnapshot& end) {
  std::vector<std::function<void()>> calls;
  {
    const std::scoped_lock lock(mutex_);
    life_.finish();
    snapshot_ = end;
    calls.swap(finished_calls_);
    log_->append(FinishedEvent{.snapshot = std::make_shared<const RunSnapshot>(end)});
  }
  for (const auto& call : calls) call();
}

}  // namespace leash::run
