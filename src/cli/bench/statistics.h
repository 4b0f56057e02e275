#pragma once

#include <cstddef>
#include <vector>

namespace leash::cli {

/// What is said of a series of measurements, in the unit they are in.
struct Summary {
  std::size_t count = 0;
  double min = 0;
  double p50 = 0;
  double p99 = 0;

  friend bool operator==(const Summary&, const Summary&) = default;
};

/// `values`: at least one.
[[nodiscard]] Summary summarize(std::vector<double> values);

/// The smallest value that at least `share` (0 to 1) of all are not above (nearest rank); of few
/// values the 99th percentile is the largest. `sorted`: ascending, at least one.
[[nodiscard]] double percentile(const std::vector<double>& sorted, double share);

}  // namespace leash::cli
