#include "cli/session/verdict.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>

#include "cli/text/units.h"

namespace leash::cli {
namespace {

using run::Cause;
using run::Status;

base::Micros micros(base::Duration time) {
  return std::chrono::duration_cast<base::Micros>(time);
}

/// How long the step took in which the run ended.
base::Micros time_of(const run::RunSnapshot& end) {
  switch (end.phase) {
    case run::Phase::kQueue:
      return end.timing.queued;
    case run::Phase::kCompile:
      return end.timing.compile;
    case run::Phase::kRun:
      return end.timing.run;
  }
  return end.timing.total;
}

std::string describe_exit(const run::RunSnapshot& end) {
  const std::string time = show_duration(time_of(end));
  if (!end.exit) return fmt::format("ended after {}", time);
  if (end.exit->signaled) {
    return fmt::format("ended by {} after {}", run::signal_name(end.exit->code), time);
  }
  return fmt::format("exit code {} after {}", end.exit->code, time);
}

}  // namespace

int exit_code_of(const run::RunSnapshot& end, int interrupted_by) {
  switch (end.status) {
    case Status::kSucceeded:
      return 0;
    case Status::kFailed:
    case Status::kSignaled: {
      if (!end.exit) return kExitNotRun;
      return end.exit->signaled ? kExitSignalBase + end.exit->code : end.exit->code;
    }
    case Status::kCompileFailed:
      return kExitCompileFailed;
    case Status::kTimedOut:
      return kExitTimedOut;
    case Status::kCancelled:
      return interrupted_by > 0 ? kExitSignalBase + interrupted_by : kExitCancelled;
    case Status::kNone:
    case Status::kLimitExceeded:
    case Status::kSetupError:
    case Status::kServerLost:
      return kExitNotRun;
  }
  return kExitNotRun;
}

std::string_view describe_cause(Cause cause) {
  switch (cause) {
    case Cause::kNone:
    case Cause::kExit:
      return "ended";
    case Cause::kStop:
      return "stopped";
    case Cause::kClientDisconnected:
      return "stopped, its client went away,";
    case Cause::kReplaced:
      return "replaced by a newer run with the same key";
    case Cause::kWallLimit:
      return "time limit reached";
    case Cause::kCpuLimit:
      return "CPU time limit reached";
    case Cause::kIdleLimit:
      return "idle limit reached";
    case Cause::kQueueLimit:
      return "waited too long for its turn,";
    case Cause::kMemoryLimit:
      return "memory limit exceeded";
    case Cause::kOutputLimit:
      return "output limit exceeded";
    case Cause::kSlowClient:
      return "stopped, its output was not read,";
    case Cause::kExpired:
      return "expired";
    case Cause::kShutdown:
      return "stopped, the server shut down,";
    case Cause::kSetupError:
      return "not run";
    case Cause::kCompileError:
      return "compilation failed";
    case Cause::kServerLost:
      return "lost, the server crashed,";
  }
  return "ended";
}

std::string describe_proof(const run::StopProof& proof) {
  if (!proof.empty) return fmt::format("{} processes are still there", proof.remaining);
  const std::string time = show_duration(micros(proof.emptied - proof.requested));
  if (proof.processes_killed == 0) return fmt::format("nothing to kill, empty in {}", time);
  return fmt::format("{} {} killed, empty in {}", proof.processes_killed,
                     proof.processes_killed == 1 ? "process" : "processes", time);
}

std::string describe_end(const run::RunSnapshot& end) {
  switch (end.status) {
    case Status::kSucceeded:
      return "";
    case Status::kFailed:
    case Status::kSignaled:
      return describe_exit(end);
    case Status::kSetupError:
      return fmt::format("not run: {}",
                         end.setup_error.empty() ? "the sandbox failed" : end.setup_error);
    case Status::kCompileFailed:
      return fmt::format("compilation failed after {}", show_duration(end.timing.compile));
    default:
      break;
  }
  std::string text =
      fmt::format("{} after {}", describe_cause(end.cause), show_duration(time_of(end)));
  if (end.phase == run::Phase::kCompile) text += " of compiling";
  if (end.stop) text += ": " + describe_proof(*end.stop);
  return text;
}

}  // namespace leash::cli
