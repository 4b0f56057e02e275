#pragma once

#include <string>
#include <string_view>

namespace leash::http {

/// The X-Request-ID of a request: the one that was sent if it is 1 to 128 visible ASCII
/// characters, so that it can stand in a header as it is and is one word of a log line; else a
/// fresh one.
[[nodiscard]] std::string request_id(std::string_view sent);

}  // namespace leash::http
