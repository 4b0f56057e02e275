#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "async/cancel.h"
#include "base/clock.h"
#include "run/event_log.h"
#include "run/input_buffer.h"
#include "run/life.h"
#include "run/outcome.h"
#include "run/spec.h"

namespace leash::run {

/// One run from its creation to long after its end: its Life, its log, what is known of it.
///
/// Everybody who knows the run shares this object; any thread may use it. It owns no process: its
/// driver (a queue first, then an executor) does, and moves the run on through the functions
/// under "driver". The driver obeys token() and must end every run with finish(), whatever happens.
class Run : public std::enable_shared_from_this<Run> {
 public:
  struct Options {
    std::string id;
    EventLog::Bounds log_bounds;
    std::shared_ptr<SpillFile> spill = nullptr;  ///< Of its log.
    base::Bytes stdin_capacity = base::mib(1);
    /// Called by finish() with what the run ends as, on its thread. Nobody sees the end before
    /// `publish` is called: once, on any thread, when it has been written down. Empty: at once.
    std::function<void(const Run& run, const RunSnapshot& end, std::function<void()> publish)>
        keep_end;
  };
  Run(RunSpec spec, Options options, const base::Clock& clock);
  /// One that has finished, as it was kept: of its spec little more than its limits, and a log that
  /// has everything but the FinishedEvent.
  Run(RunSpec spec, const RunSnapshot& end, std::shared_ptr<EventLog> log,
      const base::Clock& clock);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const RunSpec& spec() const { return spec_; }
  [[nodiscard]] const std::shared_ptr<EventLog>& log() const { return log_; }
  [[nodiscard]] InputBuffer& input() { return input_; }

  /// Ends the run for this reason, if nothing has before; true if this call was the first. Returns
  /// at once: finished() follows when the set of processes is empty. With `grace` the program gets
  /// SIGTERM first and is killed when that time is over. Asked again without a grace, the first
  /// cause stays, but what is left of the grace is taken back.
  bool cancel(Cause cause, base::Millis grace = base::Millis(0));
  [[nodiscard]] async::CancelToken token() const { return source_.token(); }
  [[nodiscard]] base::Millis grace() const;

  /// Sends a signal to the program (not to leash's init). False if there is none to send it to.
  bool signal(int number);

  [[nodiscard]] RunSnapshot snapshot() const;
  [[nodiscard]] State state() const;
  [[nodiscard]] bool finished() const { return state() == State::kFinished; }
  /// `call` is made once when the run has finished (at once if it has), after the FinishedEvent is
  /// in the log, on the thread that finished it.
  void on_finished(std::function<void()> call);

  // -- driver ---------------------------------------------------------------------------------
  /// First of all: appends the `queued` event.
  void queued(std::uint64_t position);
  /// queued -> starting. False if the run was cancelled meanwhile; then finish() is next.
  [[nodiscard]] bool starting();
  /// starting -> running, phase compile: the compiler was executed. Appends `started`.
  void compiling(const std::string& version);
  void compiled(CompileReport report);
  /// starting or running -> running, phase run: the wall clock is armed. Appends `started` where
  /// there was no compile step.
  void running(const std::string& version);
  void output(Stream stream, std::string data, bool utf8);
  void truncated(Stream stream, std::uint64_t missing_bytes);
  void set_signal_sender(std::function<bool(int)> send);
  /// `call` is made, on the thread of whoever asked, when a grace that was given is taken back:
  /// grace() is 0 then. Like the token's callbacks it should only post. Null takes it away.
  void on_hurry(std::function<void()> call);
  /// What is known of the end so far (a kill was written, so many are left): shown by snapshot().
  void update_stop(const StopProof& proof);
  struct End {
    std::optional<ProgramExit> exit;
    std::string setup_error;
    Phase set_up = Phase::kQueue;  ///< With setup_error: the step whose sandbox it was.
    base::Micros start{0};
    base::Micros run{0};
    Stages stages{};
    bool waited_for_slot = false;
    Usage usage;
    StopProof proof;  ///< Used when the cause is not the program's own end.
  };
  /// -> finished, when its end has been kept. The cause must have been stored (by cancel()) before.
  /// Exactly once.
  void finish(const End& end);

 private:
  /// Takes the grace back from a run that is being stopped; true if there was one. Lock held.
  bool cut_grace(Cause cause, base::Millis grace);
  [[nodiscard]] RunSnapshot whole_snapshot() const;  ///< Lock held.
  /// The time from now on counts as this. Lock held.
  void count_as(base::Micros Timing::*step);
  void begin(Phase phase, const std::string& version);
  [[nodiscard]] RunSnapshot make_end(const End& end);
  void publish(const RunSnapshot& end);

  const std::string id_;
  const RunSpec spec_;
  const base::Clock& clock_;
  const base::TimePoint created_;
  const std::shared_ptr<EventLog> log_;
  InputBuffer input_;
  async::CancelSource source_;
  mutable std::mutex mutex_;
  Life life_;
  RunSnapshot snapshot_;  ///< Until the end all but state, cause and phase, which are life_'s.
  base::Micros Timing::*step_ = &Timing::queued;  ///< What the time since `step_began_` counts as.
  base::TimePoint step_began_;
  base::Millis grace_{0};
  std::function<bool(int)> send_signal_;
  std::function<void()> hurry_;
  std::vector<std::function<void()>> finished_calls_;
  const decltype(Options::keep_end) keep_end_;
  bool is_ending_ = false;  ///< finish() was called.
};

using RunPtr = std::shared_ptr<Run>;

}  // namespace leash::run
