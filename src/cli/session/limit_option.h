#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace leash::cli {

/// The limits of a run by their names in the API ("wall_ms", "memory_bytes", …).
struct LimitOptions {
  std::map<std::string, std::uint64_t> limits;
  std::map<std::string, std::uint64_t> compile_limits;

  friend bool operator==(const LimitOptions&, const LimitOptions&) = default;
};

/// Reads "wall=2s,memory=256M" into `options`, over what is there. Names: wall, cpu, idle, memory,
/// tasks, output, disk, compile-wall, compile-memory. Times need a unit, sizes may have one.
[[nodiscard]] base::Result<void> read_limits(std::string_view text, LimitOptions& options);

}  // namespace leash::cli
