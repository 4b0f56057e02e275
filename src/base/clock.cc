#include "base/clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace leash::base {

TimePoint SystemClock::now() const {
  return std::chrono::steady_clock::now();
}
WallTime SystemClock::wall_now() const {
  return std::chrono::system_clock::now();
}

void ManualClock::advance(Duration by) {
  now_ += by;
  wall_ += std::chrono::duration_cast<WallTime::duration>(by);
}

std::string format_wall_time(WallTime time) {
  using std::chrono::milliseconds;
  const auto ms = std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms - seconds * 1000);
}

}  // namespace leash::base
