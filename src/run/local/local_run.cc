#include "run/local/local_run.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <utility>

#include "base/utf8.h"
#include "run/local/job_builder.h"

namespace leash::run {
namespace {

using protocol::Step;
using std::chrono::duration_cast;

/// A file takes a block at least, so a disk of so many bytes can hold about so many.
constexpr std::uint64_t kBytesPerInode = 4096;
constexpr std::uint64_t kExtraInodes = 64;
/// The spawner kills a slot that lives so much longer than its clock allows.
constexpr base::Millis kBackstop{5'000};
/// The compiler's own processes and temporary files come on top of what the program may use.
constexpr std::uint32_t kCompileTasks = 64;
constexpr base::Bytes kCompileDisk = base::mib(256);
/// What a compiler says is kept whole, in memory and in the record, whatever the run may print.
/// With what is added where it was cut, that is 1 MiB.
constexpr base::Bytes kCompileOutput{base::mib(1).count - 256};

/// As a line of its own, whatever stands before it.
void add_line(std::string& text, const std::string& line) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  text += line + "\n";
}

}  // namespace

LocalRun::LocalRun(Environment environment, RunPtr run, std::function<void()> gone)
    : env_(std::move(environment)), run_(std::move(run)), gone_(std::move(gone)) {}

LocalRun::~LocalRun() {
  withdraw_claim();
  on_cancel_.reset();
  run_->log()->on_resume(nullptr);
}

std::function<void()> LocalRun::posted(std::function<void()> call) const {
  // Called on any thread, perhaps when this is gone: it may look at nothing of ours but on the
  // loop.
  return [loop = env_.loop, alive = std::weak_ptr<int>(alive_), call = std::move(call)] {
    boost::asio::post(*loop, [alive, call] {
      if (!alive.expired()) call();
    });
  };
}

void LocalRun::start() {
  const auto language = env_.catalog->find(run_->spec().language);
  const bool proceed = run_->starting();
  // From here on a cause, whoever stores it, is obeyed on the loop.
  on_cancel_.emplace(run_->token(), [obey = posted([this] { on_cancelled(); })](Cause cause) {
    if (cause != Cause::kExit) obey();  // stored by the session, which is at it already
  });
  run_->on_hurry(posted([this] { on_cancelled(); }));
  run_->log()->on_resume(posted([this] {
    if (session_) session_->resume_output();
  }));
  if (!proceed) return;  // cancelled while it was queued: on_cancelled() is posted
  if (!language) return fail("the language is not known: " + run_->spec().language);
  language_ = static_cast<std::uint32_t>(*language);
  claim(first_step());
}

std::string LocalRun::version() const {
  return env_.version ? env_.version(run_->spec().language) : std::string();
}

Step LocalRun::first_step() {
  const RunSpec& spec = run_->spec();
  if (spec.command == Command::kVersion) return Step::kVersion;
  if (!env_.catalog->languages()[language_].compile) return Step::kRun;
  cache_key_ = compile_key(spec, *env_.catalog, language_, version());
  if (cache_key_) {
    cached_ = env_.compiled->find(
        *cache_key_, {.output = options_for(Step::kCompile).output, .disk = spec.limits.disk});
  }
  // Compiled again, that ends in the way in which it would have ended.
  if (cached_ && !has_room(spec, cached_->artifacts)) cached_.reset();
  return cached_ ? Step::kRun : Step::kCompile;
}

protocol::SlotLimits LocalRun::limits_for(Step step) const {
  const RunSpec& spec = run_->spec();
  const bool compile = step == Step::kCompile;
  const base::Bytes disk = compile ? std::max(spec.limits.disk, kCompileDisk) : spec.limits.disk;
  const base::Millis wall = compile ? spec.compile_limits.wall : spec.limits.wall;
  return {.memory_bytes = (compile ? spec.compile_limits.memory : spec.limits.memory).count,
          .disk_bytes = disk.count,
          .inodes = disk.count / kBytesPerInode + kExtraInodes,
          .tasks = compile ? std::max(spec.limits.tasks, kCompileTasks) : spec.limits.tasks,
          .deadline_ms = static_cast<std::uint64_t>((wall + kBackstop).count())};
}

SlotSession::Options LocalRun::options_for(Step step) {
  const RunSpec& spec = run_->spec();
  if (step == Step::kCompile) {
    return {.wall = spec.compile_limits.wall,
            .output = std::min(spec.limits.output, kCompileOutput)};
  }
  return {.wall = spec.limits.wall,
          .cpu = spec.limits.cpu,
          .idle = spec.limits.idle,
          .output = spec.limits.output,
          .input = &run_->input()};
}

void LocalRun::claim(Step step) {
  set_up_ = step == Step::kCompile ? Phase::kCompile : Phase::kRun;
  auto job = build_job(run_->spec(), cached_ ? cached_->artifacts : artifacts_, step);
  if (!job) return fail(job.error().message());
  claimed_at_ = env_.clock->now();
  newcomer_.emplace(*env_.newcomers);
  claim_ = env_.spawner->claim(
      {.language = language_,
       .step = step,
       .with_arguments = run_->spec().args.empty() ? 0U : 1U,
       .limits = limits_for(step)},
      std::move(*job),
      [this, step, alive = std::weak_ptr<int>(alive_)](base::Result<ClaimedSlot> slot) {
        if (alive.expired()) return;
        claim_.reset();
        on_claimed(step, std::move(slot));
      });
}

void LocalRun::withdraw_claim() {
  // Or a run that was stopped while it waited would be made a slot all the same, and others wait.
  if (const auto claim = std::exchange(claim_, {})) env_.spawner->withdraw(*claim);
}

void LocalRun::on_claimed(Step step, base::Result<ClaimedSlot> slot) {
  if (finished_) return;  // the news of a lost spawner came after the end
  if (!slot) return run_->token().is_cancelled() ? on_cancelled() : fail(slot.error().message());
  waited_ |= slot->waited;
  claim_time_ = duration_cast<base::Micros>(env_.clock->now() - claimed_at_);
  begin_session(step, std::move(*slot));
  // Its slot may have been on the way when the cause came.
  if (session_ && run_->token().is_cancelled()) session_->obey(base::Millis(0));
}

void LocalRun::begin_session(Step step, ClaimedSlot slot) {
  SlotSession::Callbacks callbacks{
      .started =
          [this, step] {
            start_time_ += duration_cast<base::Micros>(env_.clock->now() - claimed_at_);
            tell_started(step);
          },
      .output =
          [this, step](Stream stream, OutputPump::Piece piece) {
            if (step == Step::kCompile) {
              collect_compile_output(stream, piece.data);
            } else {
              run_->output(stream, std::move(piece.data), piece.utf8);
            }
          },
      .over_limit =
          [this, step](Stream stream) {
            if (step == Step::kCompile) report_cut_.at(static_cast<std::size_t>(stream)) = true;
            const bool stop = run_->spec().on_output_limit == OnOutputLimit::kStop;
            if (stop && step != Step::kCompile) run_->cancel(Cause::kOutputLimit);
          },
      .pause = [this, step] { return output_pause(step); },
      .end_run =
          [this, step](Cause cause) {
            // A compiler that ended is not the end of the run.
            if (step == Step::kCompile && cause == Cause::kExit) return;
            // What it had printed before it ended may have been too much.
            const bool may_be_over = run_->spec().on_output_limit == OnOutputLimit::kStop;
            if (cause == Cause::kExit && may_be_over) session_->catch_up_with_output();
            const bool clock = cause == Cause::kWallLimit || cause == Cause::kCpuLimit ||
                               cause == Cause::kIdleLimit;
            run_->cancel(cause, clock ? run_->spec().limit_grace : base::Millis(0));
          },
      .progress = [this](const StopProof& proof) { run_->update_stop(proof); },
      .done =
          [this, step](SlotResult result) {
            if (step == Step::kRun) return on_ran(std::move(result));
            session_.reset();
            on_compiled(std::move(result));
          }};
  const std::uint64_t id = slot.id;
  try {
    session_ =
        std::make_unique<SlotSession>(*env_.loop, *env_.spawner, *env_.clock, std::move(slot),
                                      options_for(step), std::move(callbacks));
  } catch (const boost::system::system_error& error) {
    env_.spawner->release(id);  // the event loop cannot take its descriptors
    return fail("watch the sandbox: " + error.code().message());
  }
  if (step == Step::kRun) {
    run_->set_signal_sender(
        [this, loop = env_.loop, alive = std::weak_ptr<int>(alive_)](int number) {
          boost::asio::post(*loop, [this, alive, number] {
            if (!alive.expired() && session_) session_->signal(number);
          });
          return true;
        });
  }
}

OutputPump::Pause LocalRun::output_pause(Step step) const {
  using Pause = OutputPump::Pause;
  if (step != Step::kCompile && run_->log()->wants_pause()) return Pause::kUntilResumed;
  // A flood would take the loop's time, of which a run needs some between all its stages.
  const bool goes_on = newcomer_ && !newcomer_->is_young();
  return goes_on && env_.newcomers->any() ? Pause::kMoment : Pause::kNone;
}

void LocalRun::tell_started(Step step) {
  if (step == Step::kCompile) return run_->compiling(version());
  if (cached_) {
    run_->compiling(version());
    CompileReport report = cached_->report;
    report.elapsed = base::Micros(0);
    report.cached = true;
    run_->compiled(std::move(report));
  }
  run_->running(version());
}

void LocalRun::on_cancelled() {
  if (finished_) return;
  if (session_) return session_->obey(run_->grace());
  // Nothing was executed, or the compiler's slot is already empty.
  const base::TimePoint now = env_.clock->now();
  finish({.start = start_time_, .proof = {.signaled = now, .emptied = now}});
}

void LocalRun::collect_compile_output(Stream stream, const std::string& data) {
  (stream == Stream::kStdout ? report_.stdout_data : report_.stderr_data) += data;
}

void LocalRun::on_compiled(SlotResult result) {
  report_.exit = result.exit;
  report_.elapsed = result.elapsed;
  tell_compile_output_cut();
  const bool cancelled = run_->token().is_cancelled();
  bool succeeded = result.exit == ProgramExit{.signaled = false, .code = 0};
  if (succeeded && !cancelled) {
    if (const std::string why = take_artifacts(result); !why.empty()) {
      succeeded = false;
      add_line(report_.stderr_data, "leash: " + why);
    }
  }
  if (result.started) run_->compiled(report_);
  Run::End end{.start = start_time_, .usage = result.usage, .proof = result.proof};
  if (cancelled) {
    end.setup_error = std::move(result.failure);
    end.set_up = set_up_;
    return finish(std::move(end));
  }
  if (!succeeded) {
    run_->cancel(Cause::kCompileError);
    return finish(std::move(end));
  }
  keep_compiled(result);
  claim(Step::kRun);
}

void LocalRun::tell_compile_output_cut() {
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    if (!report_cut_.at(static_cast<std::size_t>(stream))) continue;
    std::string& text = stream == Stream::kStdout ? report_.stdout_data : report_.stderr_data;
    text.resize(text.size() - base::incomplete_utf8_tail(text));
    add_line(report_.stderr_data,
             fmt::format("leash: the compiler's {} goes on; its first {} bytes are here",
                         to_string(stream), text.size()));
  }
}

void LocalRun::keep_compiled(const SlotResult& result) {
  // Only what came to its own end, told whole, by processes of which none is left.
  if (!cache_key_ || report_cut_[0] || report_cut_[1] || !result.proof.empty) return;
  env_.compiled->store(*std::exchange(cache_key_, {}), report_, artifacts_,
                       env_.catalog->languages()[language_].compile->artifacts);
}

std::string LocalRun::take_artifacts(const SlotResult& result) {
  // A compiler that made no program, a link instead of one, or one that the run has no room for
  // has failed, whatever it says; nothing is wrong with the sandbox.
  if (!result.failure.empty()) return result.failure;
  auto artifacts = read_artifacts(result.artifacts.get(), run_->spec().limits.disk,
                                  env_.catalog->languages()[language_].compile->artifacts);
  if (!artifacts || !has_room(run_->spec(), *artifacts)) {
    return "what was compiled, with the sources, is larger than disk_bytes, or not whole";
  }
  artifacts_ = std::move(*artifacts);
  return {};
}

void LocalRun::on_ran(SlotResult result) {
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    const std::uint64_t dropped = session_->dropped_bytes(stream);
    if (dropped > 0) run_->truncated(stream, dropped);
  }
  // Killed before its init could say that it was executed: the compiler's was not its last phase.
  const bool is_told = result.started || !result.failure.empty();
  if (!is_told && run_->snapshot().phase == Phase::kCompile) run_->running(version());
  result.stages.claim = claim_time_;
  finish({.exit = result.exit,
          .setup_error = std::move(result.failure),
          .set_up = set_up_,
          .start = start_time_,
          .run = result.elapsed,
          .stages = result.stages,
          .usage = result.usage,
          .proof = result.proof});
}

void LocalRun::fail(const std::string& why) {
  if (finished_) return;
  run_->cancel(Cause::kSetupError);
  finish({.setup_error = why, .set_up = set_up_, .start = start_time_});
}

void LocalRun::finish(Run::End end) {
  assert(!finished_);
  finished_ = true;
  withdraw_claim();
  newcomer_.reset();
  end.waited_for_slot = waited_;
  run_->finish(end);
  // The slot is taken apart when all have been told who wait for the end. Their calls are before
  // this one; one more turn of the loop, and the answers that these make are sent.
  run_->on_finished(posted([this] { posted([this] { leave(); })(); }));
}

void LocalRun::leave() {
  session_.reset();
  if (gone_) gone_();  // may destroy this
}

}  // namespace leash::run
