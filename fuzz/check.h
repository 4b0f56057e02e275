#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace leash::fuzz {

/// What a target claims about an input. Ends the process if it does not hold, which libFuzzer
/// reports with the input that did it.
inline void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: this does not hold: %s\n", claim);
  std::abort();
}

/// The bytes of an input as text.
inline std::string_view text_of(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Takes what stands before the first `separator`, and the separator, from the front of `text`; all
/// of it if there is none.
inline std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

}  // namespace leash::fuzz
