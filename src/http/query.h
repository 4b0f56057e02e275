#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/event_format.h"
#include "http/target.h"
#include "service/run_request.h"

namespace leash::http {

/// A query parameter that is true, 1 or empty, or false, 0 or absent; else 422.
[[nodiscard]] service::Checked<bool> bool_parameter(const Target& target, std::string_view name);

/// A whole number up to `most`; else 422. `otherwise` if it is absent.
[[nodiscard]] service::Checked<std::uint64_t> number_parameter(const Target& target,
                                                               std::string_view name,
                                                               std::uint64_t otherwise,
                                                               std::uint64_t most);

/// The digits of a number and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

/// The seq after which a stream is to go on: the header, or for what cannot send it the query
/// parameter `last_event_id`; 0 without either. Not a number: 422.
[[nodiscard]] service::Checked<std::uint64_t> last_event_id(std::string_view header,
                                                            const Target& target);

/// The event format that an Accept header prefers (RFC 9110, 12.5.1); none if that is JSON. Among
/// equals the one that is named first, and JSON where none is named.
[[nodiscard]] std::optional<EventFormat> accepted_stream(std::string_view accept);

}  // namespace leash::http
