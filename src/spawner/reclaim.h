#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "sandbox/cgroup/instance.h"
#include "sys/fd.h"

namespace leash::spawner {

/// Locks the state directory for this process, waiting up to `patience` for an earlier server to
/// let go. The lock goes with the descriptor.
[[nodiscard]] base::Result<sys::UniqueFd> lock_state_dir(int state_dir, base::Duration patience);

/// Kills and removes every leaf of the instance: what an earlier server left when it crashed. Found
/// by listing, so nothing needs to be remembered. Returns how many there were; waits for each to be
/// empty, up to `patience` in all.
[[nodiscard]] base::Result<int> reclaim_leaves(const sandbox::CgroupInstance& cgroups,
                                               base::Duration patience);

}  // namespace leash::spawner
