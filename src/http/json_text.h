#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/units.h"

/// Writers of single JSON values, straight into a send buffer. They append, allocate nothing but
/// the buffer's growth, and are used where Boost.JSON's document would be an extra copy of the
/// output.
namespace leash::http {

/// A string with its quotes. `text` must be UTF-8; line breaks become \n, so the result fits on one
/// line of an event stream.
void append_json_string(std::string& out, std::string_view text);
/// The same for text of unknown origin: what is not UTF-8 becomes U+FFFD.
void append_json_string_lossy(std::string& out, std::string_view text);

void append_json_bool(std::string& out, bool value);
void append_json_uint(std::string& out, std::uint64_t value);
/// Milliseconds with at most three decimals and at least one: 0.0, 1.25, 300.0.
void append_json_ms(std::string& out, base::Micros value);
/// An RFC 3339 time with its quotes.
void append_json_time(std::string& out, base::WallTime time);

/// Standard alphabet, padded; without quotes.
void append_base64(std::string& out, std::string_view bytes);
/// None unless `text` is exactly what an encoder writes: padded, no white space, no stray bits.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace leash::http
