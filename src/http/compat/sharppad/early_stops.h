#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/units.h"

namespace leash::http {

/// Stops that came before their run: a fast click sends both on two connections, and the stop may
/// win. One that is at most kAhead old when the run is registered ends it before it begins.
///
/// The client makes an id for each run, so a stop of an id that was seen before is late, not early,
/// and is not kept. Bounded; what is oldest goes first. Confined to the loop.
class EarlyStops {
 public:
  static constexpr base::Millis kAhead{1'000};
  static constexpr std::size_t kMost = 4096;

  /// A stop that found no run.
  void missed(std::string_view tenant, std::string_view id, base::TimePoint now);
  /// A run begins. True if it was stopped already.
  [[nodiscard]] bool begins(std::string_view tenant, std::string_view id, base::TimePoint now);

 private:
  using Id = std::pair<std::string, std::string>;
  struct Stop {
    Id id;
    base::TimePoint at;
  };

  std::deque<Stop> stops_;  ///< In order of arrival.
  std::set<Id> seen_;
  std::deque<Id> seen_order_;
};

}  // namespace leash::http
