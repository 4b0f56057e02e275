#include "cli/bench/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace leash::cli {

double percentile(const std::vector<double>& sorted, double share) {
  assert(!sorted.empty());
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

Summary summarize(std::vector<double> values) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  return {.count = values.size(),
          .min = values.front(),
          .p50 = percentile(values, 0.5),
          .p99 = percentile(values, 0.99)};
}

}  // namespace leash::cli
