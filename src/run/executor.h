#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/event.h"
#include "run/run.h"
#include "run/spec.h"

namespace leash::run {

/// A layer of the sandbox and whether a probe at start proved it.
struct Layer {
  std::string name;
  bool required = true;
  bool proved = false;
  std::string detail;  ///< What was seen.
  std::string remedy;  ///< How to mend it, if it is not proved.
};

/// What this executor can promise, as proved at start.
struct Capabilities {
  std::string executor;     ///< "local".
  std::string cgroup_mode;  ///< "v1", "v2" or "hybrid".
  bool rootless = false;
  std::vector<Layer> layers;

  /// True if no required layer is missing: only then are runs accepted.
  [[nodiscard]] bool complete() const;
  /// Where it is not complete: what is missing, and how to mend it.
  [[nodiscard]] base::Error why_incomplete() const;
};

/// Programs that are kept to be run again without compiling.
struct CompileCacheFigures {
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
  std::uint64_t evictions = 0;  ///< Since the start, for want of room.

  friend bool operator==(const CompileCacheFigures&, const CompileCacheFigures&) = default;
};

/// A run that was started: a handle that may be copied and used from any thread. It does not own
/// the run: dropping it leaves the run to its limits. See also Run, which it wraps.
class RunHandle {
 public:
  explicit RunHandle(RunPtr run) : run_(std::move(run)) {}

  [[nodiscard]] const std::string& id() const { return run_->id(); }
  /// Ends the run; false if something else had ended it before. Returns at once; wait() follows.
  bool stop(base::Millis grace = base::Millis(0)) const {
    return run_->cancel(Cause::kStop, grace);
  }
  [[nodiscard]] InputBuffer::Push write_stdin(std::string_view bytes) const {
    return run_->input().push(bytes);
  }
  void close_stdin() const { run_->input().close(); }
  bool signal(int number) const { return run_->signal(number); }
  /// Blocks until the run has finished. Not from the executor's own loop.
  [[nodiscard]] RunSnapshot wait() const;
  [[nodiscard]] const RunPtr& run() const { return run_; }

 private:
  RunPtr run_;
};

/// What execute() returns.
struct ExecuteResult {
  RunSnapshot outcome;
  std::string stdout_data;
  std::string stderr_data;
};

/// Runs code. The one class that the server, the command line and other programs use.
///
/// It has an owner loop, declared at construction, on which its work and its callbacks happen.
/// Every function is legal from any thread and any other loop. The destructor stops it.
class Executor {
 public:
  using Sink = std::function<void(const EventPtr&)>;

  virtual ~Executor() = default;

  /// Makes it ready: after this, capabilities() is known. Blocks for up to a few seconds.
  [[nodiscard]] virtual base::Result<void> start() = 0;
  /// Ends all runs (cause shutdown), waits until every process is dead and tears down. Twice is
  /// harmless; also while execute() is in progress elsewhere, and after the owner loop has ended.
  /// What could not be cleaned up is returned, and the rest is done all the same. Not from a
  /// callback of an executor that runs a loop of its own: it would wait for itself.
  [[nodiscard]] virtual std::vector<base::Error> stop() = 0;
  [[nodiscard]] virtual base::Result<void> restart();

  [[nodiscard]] virtual Capabilities capabilities() const = 0;
  /// All 0 for an executor that keeps none.
  [[nodiscard]] virtual CompileCacheFigures compile_cache() const { return {}; }

  /// Takes a run over (in state `queued`, or cancelled there) and becomes its driver. After stop()
  /// it finishes the run at once, with cause setup_error.
  virtual void launch(RunPtr run) = 0;

  /// Starts a run. `sink` gets every event, in order, on the owner loop; the last is `finished`.
  /// After stop() it says so in an Error; one that comes in the middle of it may get a run that
  /// ends with setup_error. Whatever was begun is finished.
  [[nodiscard]] base::Result<RunHandle> start_run(RunSpec spec, Sink sink);

  /// Runs to the end. Blocks; not from the owner loop. Cancelling `token` stops the run; if it is
  /// cancelled already, nothing is executed.
  [[nodiscard]] base::Result<ExecuteResult> execute(RunSpec spec, const async::CancelToken& token);
  /// The same without blocking: `done` is called once, on the thread that finished the run (the
  /// owner loop's), or on this one if it could not be started. See async_execute.h for coroutines.
  using Done = std::function<void(base::Result<ExecuteResult>)>;
  void execute(RunSpec spec, const async::CancelToken& token, Done done);
  /// One after another, up to the first that does not succeed, whose result is the last. Blocks.
  [[nodiscard]] base::Result<std::vector<ExecuteResult>> execute_all(
      std::vector<RunSpec> specs, const async::CancelToken& token);

 protected:
  [[nodiscard]] virtual const base::Clock& clock() const = 0;
  /// Calls `work` on the owner loop.
  virtual void post(std::function<void()> work) = 0;

 private:
  [[nodiscard]] base::Result<RunPtr> make_run(RunSpec spec) const;
};

/// A fresh id: "r_" and 128 random bits in 26 letters and digits (Crockford base 32, lower case).
[[nodiscard]] std::string make_run_id();
/// True if this text has the form of such an id.
[[nodiscard]] bool is_run_id(std::string_view text);

}  // namespace leash::run
