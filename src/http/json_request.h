#pragma once

#include <string_view>

#include "service/run_request.h"

namespace leash::http {

/// The body of POST /v1/runs. Checks what JSON's shape decides: known fields (422), their types
/// (400), names of enumerations (422), base64. Values are for service::check(). null counts as
/// absent.
[[nodiscard]] service::Checked<service::RunRequest> parse_run_request(std::string_view body);

/// The body of a stop: empty or {"grace_ms":0}; at most one minute.
[[nodiscard]] service::Checked<base::Millis> parse_stop_request(std::string_view body);

}  // namespace leash::http
