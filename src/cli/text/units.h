#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace leash::cli {

/// Whether a number without a unit is taken.
enum class BareNumber : std::uint8_t { kRefused, kMillis };

/// "500ms", "2s", "1.5s", "3m", "1h". A bare number is milliseconds where that is allowed.
[[nodiscard]] base::Result<base::Millis> parse_millis(std::string_view text, BareNumber bare);

/// "1024", "64K", "256M", "1G", "1.5G", also with "iB" or "B" behind the letter. The letters are
/// powers of 1024, as memory is counted.
[[nodiscard]] base::Result<base::Bytes> parse_bytes(std::string_view text);

/// A whole number that is not negative, and nothing else.
[[nodiscard]] base::Result<std::uint64_t> parse_count(std::string_view text);

/// For people: "0.8 ms", "1.2 s", "3 min 5 s".
[[nodiscard]] std::string show_duration(base::Micros time);
/// For people: "512 B", "1 MiB", "1.5 GiB".
[[nodiscard]] std::string show_bytes(base::Bytes bytes);

}  // namespace leash::cli
