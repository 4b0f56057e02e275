#pragma once

#include <set>

#include "base/clock.h"

namespace leash::run {

/// Which runs have only just begun: as long as there are such, those that go on let them pass
/// (docs/decisions/0024). One for all runs of an executor, which outlives them. Confined to the
/// loop's thread.
class Newcomers {
 public:
  explicit Newcomers(const base::Clock& clock) : clock_(clock) {}

  /// There is a run that has begun less than 20 ms ago and has not ended.
  [[nodiscard]] bool any() const;

  /// A run begins, or a step of it; the destructor says that it has ended.
  class Newcomer {
   public:
    explicit Newcomer(Newcomers& all);
    ~Newcomer();
    Newcomer(const Newcomer&) = delete;
    Newcomer& operator=(const Newcomer&) = delete;
    Newcomer(Newcomer&&) = delete;
    Newcomer& operator=(Newcomer&&) = delete;

    [[nodiscard]] bool is_young() const;

   private:
    Newcomers& all_;
    std::multiset<base::TimePoint>::iterator began_;
  };

 private:
  [[nodiscard]] bool is_young(base::TimePoint began) const;

  const base::Clock& clock_;
  std::multiset<base::TimePoint> began_;  ///< When each run that has not ended did.
};

}  // namespace leash::run
