#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace leash::base {

using Millis = std::chrono::milliseconds;
using Micros = std::chrono::microseconds;

/// A number of bytes; never a count of anything else.
struct Bytes {
  std::uint64_t count = 0;

  friend constexpr auto operator<=>(const Bytes&, const Bytes&) = default;
};

constexpr Bytes kib(std::uint64_t n) {
  return {n << 10};
}
constexpr Bytes mib(std::uint64_t n) {
  return {n << 20};
}
constexpr Bytes gib(std::uint64_t n) {
  return {n << 30};
}

}  // namespace leash::base
