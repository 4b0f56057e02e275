#pragma once

#include <algorithm>
#include <string_view>

namespace leash::base {

[[nodiscard]] constexpr char to_ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// True if both are the same but for the case of ASCII letters, as names compare in HTTP. In place
/// of boost::beast::iequals, which reads a byte behind the end of texts that differ in case.
[[nodiscard]] constexpr bool iequals(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return to_ascii_lower(a) == to_ascii_lower(b); });
}

}  // namespace leash::base
