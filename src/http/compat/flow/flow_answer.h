#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/units.h"
#include "http/compat/flow/flow_request.h"
#include "http/response.h"

namespace leash::http {

/// 200 with the result, which is JSON already. `took` is the whole request's time, which the vendor
/// shows as the execution's too.
[[nodiscard]] Response flow_success(std::string_view result, base::Millis took, base::WallTime now);

/// 400, or another status, with the error. 0 ms if nothing was executed.
[[nodiscard]] Response flow_failure(const FlowError& error, base::Millis took, base::WallTime now,
                                    int status = 400);

/// A refusal of any route below /flow/, before or instead of its handler, in the vendor's shape.
[[nodiscard]] Response flow_problem(const service::Problem& problem, base::WallTime now);

/// RFC 3339 in local time without fractions: "2025-10-05T00:39:13+08:00", "…Z" in UTC.
[[nodiscard]] std::string flow_timestamp(base::WallTime time);

}  // namespace leash::http
