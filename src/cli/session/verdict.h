#pragma once

#include <string>

#include "run/outcome.h"

namespace leash::cli {

/// Exit codes of `leash run` that are not the program's own, after those of timeout(1) and env(1).
inline constexpr int kExitCompileFailed = 1;
inline constexpr int kExitTimedOut = 124;
inline constexpr int kExitNotRun = 125;  ///< Limit exceeded, sandbox or server at fault.
inline constexpr int kExitCancelled = 130;
inline constexpr int kExitSignalBase = 128;

/// What the shell gets for a run that ended so. `interrupted_by`: the signal by which we were told
/// to stop it, or 0.
[[nodiscard]] int exit_code_of(const run::RunSnapshot& end, int interrupted_by);

/// How a run ended, for people: "stopped after 1.2 s: 3 processes killed, empty in 0.8 ms". Empty
/// if it simply succeeded.
[[nodiscard]] std::string describe_end(const run::RunSnapshot& end);

/// "3 processes killed, empty in 0.8 ms", or what is still there.
[[nodiscard]] std::string describe_proof(const run::StopProof& proof);

/// Why a run ended, for people: "wall clock limit reached".
[[nodiscard]] std::string_view describe_cause(run::Cause cause);

}  // namespace leash::cli
