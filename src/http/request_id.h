#pragma once

#include <string>
#include <string_view>

namespace leash::http {

/// The X-Request-ID of a request: the one that was sent if it is 1 to 128 of [A-Za-z0-9._-], so
/// that it can stand in a header and a log line as it is; else a fresh one.
[[nodiscard]] std::string request_id(std::string_view sent);

}  // namespace leash::http
