// What the executor does with one run in a history: the next thing that may happen to it.
#include <array>
#include <string>

#include "service/testing/history.h"

namespace leash::service {

using run::Cause;
using run::State;

void History::drive() {
  std::vector<run::RunPtr> live;
  for (const run::RunPtr& run : executor_.launched_) {
    if (!run->finished()) live.push_back(run);
  }
  if (live.empty()) return;
  run::Run& run = *live[below(live.size())];
  switch (run.state()) {
    case State::kQueued:
    case State::kStarting:
      return drive_queued(run);
    case State::kRunning:
      return drive_running(run);
    case State::kStopping:
      return drive_stopping(run);
    case State::kFinished:
      return;
  }
}

void History::drive_queued(run::Run& run) {
  if (run.state() == State::kQueued) {
    say("a run is taken over");
    return require(run.starting(), "a queued run would not start");
  }
  if (below(8) == 0) {
    say("its sandbox cannot be put up");
    may_store_.insert(Cause::kSetupError);
    run.cancel(Cause::kSetupError);
    return run.finish({.setup_error = "played"});
  }
  say("it is executed");
  below(3) == 0 ? run.compiling("1") : run.running("1");
}

void History::drive_running(run::Run& run) {
  static constexpr std::array kEnds = {Cause::kExit, Cause::kExit, Cause::kWallLimit,
                                       Cause::kMemoryLimit, Cause::kOutputLimit};
  if (run.snapshot().phase == run::Phase::kCompile) {
    say("its compiler ends");
    run.compiled({});
    if (below(3) != 0) return run.running("1");
    may_store_.insert(Cause::kCompileError);
    run.cancel(Cause::kCompileError);
    return run.finish({});
  }
  if (below(2) == 0) {
    say("it prints");
    return run.output(run::Stream::kStdout, std::string(1 + below(40), 'x'), true);
  }
  const Cause cause = kEnds[below(kEnds.size())];
  say("it ends: " + std::string(async::to_string(cause)));
  may_store_.insert(cause);
  run.cancel(cause);
}

void History::drive_stopping(run::Run& run) {
  switch (below(4)) {
    case 0:
      if (run.snapshot().phase != run::Phase::kRun) return;
      say("it prints in its last moments");
      return run.output(run::Stream::kStderr, "last words", true);
    case 1:
      say("its processes will not die yet");
      return run.update_stop({.signaled = clock_.now(), .processes_killed = 1, .remaining = 1});
    default:
      say("its processes are gone");
      return run.finish({.exit = run::ProgramExit{.code = 0},
                         .proof = {.signaled = clock_.now(), .emptied = clock_.now()}});
  }
}

}  // namespace leash::service
