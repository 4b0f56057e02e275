#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/run_request.h"

namespace leash::http {

/// The body of POST /v1/runs. Checks what JSON's shape decides: known fields (422), their types
/// (400), names of enumerations (422), base64. Values are for service::check(). null counts as
/// absent.
[[nodiscard]] service::Checked<service::RunRequest> parse_run_request(std::string_view body);

/// The body of POST /v1/tickets, {"run":id}: the id.
[[nodiscard]] service::Checked<std::string> parse_ticket_request(std::string_view body);

/// Refuses a grace of more than a minute.
[[nodiscard]] std::optional<service::Problem> check_grace(std::string field, std::uint64_t millis);

/// The body of a stop: empty or {"grace_ms":0}; at most one minute.
[[nodiscard]] service::Checked<base::Millis> parse_stop_request(std::string_view body);

}  // namespace leash::http
