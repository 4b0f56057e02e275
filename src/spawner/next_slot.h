#pragma once

#include <functional>
#include <map>
#include <optional>

#include "base/clock.h"
#include "spawner/shelf.h"
#include "spawner/slot_kind.h"

namespace leash::spawner {

using Shelves = std::map<SlotKind, Shelf>;

/// What is to be known of a kind besides its shelf.
struct Supply {
  std::size_t ready = 0;       ///< So many are to be ready.
  bool is_prestarted = false;  ///< Each takes long to make: one at a time, beside the others.
};

/// The kind of which a slot should be made now, if any: that which lacks most, but first one that
/// somebody waits for. While it is `calm` for a run that has just begun, only those of which few
/// are left. Pure.
[[nodiscard]] std::optional<SlotKind> next_slot(const Shelves& shelves,
                                                const std::function<Supply(SlotKind)>& supply,
                                                base::TimePoint now, bool calm);

}  // namespace leash::spawner
