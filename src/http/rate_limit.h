#pragma once

#include <algorithm>

#include "base/clock.h"

namespace leash::http {

/// A token bucket: so many at once, then so many a second. One thread.
class RateLimit {
 public:
  RateLimit(double burst, double per_second) : burst_(burst), rate_(per_second), left_(burst) {}

  /// Takes one; false if there is none.
  [[nodiscard]] bool take(base::TimePoint now) {
    if (last_ != base::TimePoint{}) {
      const double seconds = std::chrono::duration<double>(now - last_).count();
      left_ = std::min(burst_, left_ + seconds * rate_);
    }
    last_ = now;
    if (left_ < 1.0) return false;
    left_ -= 1.0;
    return true;
  }

 private:
  double burst_;
  double rate_;
  double left_;
  base::TimePoint last_{};
};

}  // namespace leash::http
