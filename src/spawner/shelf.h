#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "protocol/messages.h"
#include "sandbox/launch.h"
#include "spawner/demand.h"

namespace leash::spawner {

/// A claim whose slot is not there yet.
struct WaitingClaim {
  protocol::Claim claim;
  sys::UniqueFd job;
  std::function<void(std::uint64_t id, const sandbox::Slot&)> claimed;
  std::function<void(const base::Error&)> refused;
  int failures = 0;  ///< Slots that could not be made since it waits.
};

/// The slots of one kind that are ready, and who waits for one. A plain value; its pool keeps it.
struct Shelf {
  explicit Shelf(Demand::Bounds bounds) : demand(bounds) {}

  /// One could not be made: refuses those for whom that happened too often.
  void note_failure(const base::Error& error, int most);

  std::deque<std::uint64_t> ready;  ///< Their ids.
  std::deque<WaitingClaim> waiting;
  std::size_t making = 0;
  int failures = 0;            ///< Slots in a row that could not be made.
  base::TimePoint not_before;  ///< None is made until then.
  Demand demand;
  /// Of the last claim. Slots are given them ahead, since the next claim mostly wants the same.
  std::optional<sandbox::SlotCaps> caps;
};

}  // namespace leash::spawner
