#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/cancel.h"
#include "base/clock.h"
#include "base/units.h"

namespace leash::run {

using Cause = async::CancelReason;

enum class State : std::uint8_t { kQueued, kStarting, kRunning, kStopping, kFinished };

enum class Status : std::uint8_t {
  kNone,  ///< Not finished yet.
  kSucceeded,
  kFailed,
  kSignaled,
  kCancelled,
  kTimedOut,
  kLimitExceeded,
  kSetupError,
  kCompileFailed,
  kServerLost,
};

/// How far a run came, or the step in which it is.
enum class Phase : std::uint8_t { kQueue, kCompile, kRun };

[[nodiscard]] std::string_view to_string(State state);
[[nodiscard]] std::string_view to_string(Status status);  ///< "" for kNone.
[[nodiscard]] std::string_view to_string(Phase phase);

/// "SIGSEGV" for 11; "SIGRTMIN+3" for 37; never empty.
[[nodiscard]] std::string signal_name(int number);

/// How the main process ended by itself.
struct ProgramExit {
  bool signaled = false;
  int code = 0;  ///< The exit code, or the signal's number.

  friend bool operator==(const ProgramExit&, const ProgramExit&) = default;
};

/// The status that follows from the cause and, for kExit, from how the program ended. The one
/// place where a status is made.
[[nodiscard]] Status status_of(Cause cause, const std::optional<ProgramExit>& exit);

/// What the compile step said.
struct CompileReport {
  std::optional<ProgramExit> exit;  ///< None if it was ended by a limit or a stop.
  std::string stdout_data;          ///< Bytes; bounded by the output limit.
  std::string stderr_data;
  base::Micros elapsed{0};
  bool cached = false;
};

/// Where the time of the run step went: each from the moment that ends the one before.
struct Stages {
  base::Micros claim{0};  ///< A sandbox was asked for, and there it is.
  base::Micros job{0};    ///< The job was unpacked in it, and the program executed.
  std::optional<base::Micros> first_byte;  ///< The first output was read, if there was any.
  base::Micros exit{0};    ///< The end of the main process was told, or the kill was written.
  base::Micros empty{0};   ///< The kernel said that nobody is left.
  base::Micros settle{0};  ///< What was left in the pipes and the kernel's figures were read.

  friend bool operator==(const Stages&, const Stages&) = default;
};

struct Timing {
  base::Micros queued{0};
  base::Micros start{0};  ///< Claiming the sandbox and handing the job over.
  base::Micros compile{0};
  base::Micros run{0};  ///< From where the wall clock is armed to the end of the program.
  base::Micros total{0};
  Stages stages;
};

struct Usage {
  base::Micros cpu{0};
  base::Bytes peak_memory;
  std::uint32_t peak_tasks = 0;
  std::uint64_t stdout_bytes = 0;  ///< Everything the program printed, kept or not.
  std::uint64_t stderr_bytes = 0;
  std::uint64_t tasks_refused = 0;
  bool disk_full = false;
};

/// Proof that a run was ended: made whenever something other than the program's own end ended it.
struct StopProof {
  Cause cause = Cause::kNone;
  base::WallTime requested_at;  ///< When the cause was stored.
  base::TimePoint requested;    ///< The same on the monotonic clock.
  base::TimePoint signaled;     ///< When the kill was written; `requested` if none was needed.
  base::TimePoint emptied;      ///< When the kernel said that the set is empty.
  std::uint64_t processes_killed = 0;
  bool empty = false;
  std::uint64_t remaining = 0;  ///< While not empty: how many are left.
};

/// Everything about a run but its output: a value, taken at one moment.
struct RunSnapshot {
  std::string id;
  std::string language;
  std::string version;
  State state = State::kQueued;
  Cause cause = Cause::kNone;
  Status status = Status::kNone;
  Phase phase = Phase::kQueue;
  std::optional<ProgramExit> exit;
  std::string setup_error;  ///< For kSetupError: which layer, what the kernel said.
  std::optional<CompileReport> compile;
  Timing timing;
  Usage usage;
  std::optional<StopProof> stop;
  bool waited_for_slot = false;  ///< No sandbox was ready: one was made for this run.
  bool stdout_truncated = false;
  bool stderr_truncated = false;
  base::WallTime created_at;
  std::optional<base::WallTime> finished_at;
};

}  // namespace leash::run
