#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "service/run_request.h"

namespace leash::http {

inline constexpr std::size_t kMaxJsonDepth = 64;
/// Of one object. Boost.JSON's hash is not keyed, so a flood of colliding names costs n squared;
/// at this n that is less than a millisecond.
inline constexpr std::size_t kMaxJsonMembers = 4096;
/// Characters: any double can be written with fewer.
inline constexpr std::size_t kMaxJsonNumber = 1100;

/// Parses a JSON text (RFC 8259, UTF-8) with no room for two readings: no comments, no trailing
/// anything, no name twice in an object, no lone surrogate, at most 64 levels deep. A refusal is
/// invalid_json.
[[nodiscard]] service::Checked<boost::json::value> parse_strict_json(std::string_view text);

}  // namespace leash::http
