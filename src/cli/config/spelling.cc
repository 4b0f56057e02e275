#include "cli/config/spelling.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace leash::cli {
namespace {

constexpr std::size_t kNear = 3;

/// The number of single-character changes between two words (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

const Setting* nearest_setting(std::string_view key) {
  const auto table = setting_table();
  const auto nearest =
      std::min_element(table.begin(), table.end(), [key](const Setting& a, const Setting& b) {
        return distance(a.key, key) < distance(b.key, key);
      });
  return distance(nearest->key, key) <= kNear ? &*nearest : nullptr;
}

}  // namespace leash::cli
