#pragma once

#include <cstddef>

#include "base/units.h"

namespace leash::service {

/// How many runs may go on at once on a machine like this.
///
/// The rule: 32 for each core, since most runs wait (for input, for time, for their compiler's
/// disk) and all of them together have the weight of one in the scheduler; but not more than the
/// memory carries when each uses 64 MiB, a quarter of the usual limit, after 1 GiB is set aside for
/// the server, its zygotes and the page cache. At least 2, at most 1,024. An operator whose
/// programs all use their limits sets max_running lower. Pure.
[[nodiscard]] std::size_t max_running_for(std::size_t cores, base::Bytes memory);

/// The same for this machine: the cores this process may use, and the smaller of the machine's
/// memory and its own cgroup's limit.
[[nodiscard]] std::size_t default_max_running();

}  // namespace leash::service
