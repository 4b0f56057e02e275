#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "run/spec.h"
#include "runtimes/descriptor.h"
#include "service/run_request.h"

namespace leash::service {

/// Limits by their name in the API; null = the language's default.
using AskedLimits = std::map<std::string, std::optional<std::uint64_t>>;

/// What a run of a language gets when nothing is asked for: its defaults, or the maximum where the
/// operator set it lower. Pure.
[[nodiscard]] run::Limits default_limits(const runtimes::RunLimits& defaults, const Maxima& maxima);
[[nodiscard]] run::CompileLimits default_limits(const runtimes::CompileLimits& defaults,
                                                const Maxima& maxima);

/// The limits of a run: what was asked for where something was, else default_limits(). What is
/// asked for is never clamped: zero is invalid_value, above the maximum is limit_too_high, another
/// name is unknown_field.
///
/// The maximum of idle_ms is that of wall_ms. That of cpu_ms, which is summed over all processes,
/// is wall_ms times tasks: more cannot be used up. Pure.
[[nodiscard]] Checked<run::Limits> check_limits(const AskedLimits& asked,
                                                const runtimes::RunLimits& defaults,
                                                const Maxima& maxima);

/// The same for the compile step.
[[nodiscard]] Checked<run::CompileLimits> check_compile_limits(
    const AskedLimits& asked, const runtimes::CompileLimits& defaults, const Maxima& maxima);

}  // namespace leash::service
