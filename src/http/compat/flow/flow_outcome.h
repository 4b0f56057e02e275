#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/units.h"
#include "http/compat/flow/flow_modules.h"
#include "http/compat/flow/flow_request.h"
#include "run/outcome.h"
#include "service/problem.h"
#include "service/run_request.h"

namespace leash::http {

/// From the timeout to the kill: the interpreter is told to stop first (SIGTERM).
inline constexpr base::Millis kFlowInterruptTime{10};

/// The run that carries out one call. Its program is program.js; `modules` may be null. Pure.
[[nodiscard]] service::RunRequest make_flow_run(const FlowRequest& request, base::Millis timeout,
                                                bool allow_console, const FlowModules* modules);

/// The value as JSON, or the error, of a finished run that printed this on stdout. What program.js
/// printed is checked before it becomes part of an answer. Pure.
[[nodiscard]] std::variant<std::string, FlowError> read_flow_outcome(
    const run::RunSnapshot& snapshot, std::string_view printed, base::Millis timeout);

/// The error of a call for which no run was started. Pure.
[[nodiscard]] FlowError flow_error_of(const service::Problem& problem);

/// 「代码执行超时 (3s)」
[[nodiscard]] FlowError flow_timeout(base::Millis timeout);

/// A duration as Go prints it: "500ms", "3s", "1.5s", "5m0s", "1h0m0s".
[[nodiscard]] std::string go_duration(base::Millis time);

}  // namespace leash::http
