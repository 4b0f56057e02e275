#pragma once

#include <cstdint>

#include "base/clock.h"
#include "run/outcome.h"

namespace leash::http {

/// What /flow/health and /flow/status show. Confined to the loop.
///
/// A call whose sandbox had been made ahead counts for the pool's health; one for which a sandbox
/// had to be made (the vendor's "temporary runtime") only counts as such. No sandbox is used twice.
struct FlowStats {
  base::TimePoint since;    ///< The server's start.
  base::WallTime since_at;  ///< The same, to be shown.
  std::uint64_t current = 0;
  std::uint64_t total = 0;
  std::uint64_t successful = 0;
  std::uint64_t temporary = 0;
  std::uint64_t pool_errors = 0;  ///< Timeouts in sandboxes that had been made ahead.

  [[nodiscard]] double success_rate() const {
    return total == 0 ? 100.0
                      : 100.0 * static_cast<double>(successful) / static_cast<double>(total);
  }
  /// A run has finished.
  void add(const run::RunSnapshot& snapshot) {
    if (snapshot.waited_for_slot) {
      ++temporary;
    } else if (snapshot.cause == run::Cause::kWallLimit) {
      ++pool_errors;
    }
  }
};

}  // namespace leash::http
