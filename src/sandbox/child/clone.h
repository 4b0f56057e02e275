#pragma once

#include <cstdint>

#include "sandbox/spec.h"

namespace leash::sandbox {

/// Who will be the parent of a slot's first process, and may reap it.
enum class Parent : std::uint8_t {
  kCaller,
  kParentOfCaller,  ///< So that what a zygote forks is the spawner's child all the same.
};

/// Clones the first process of a slot into fresh namespaces (pid, mount, net, ipc, uts; cgroup, and
/// a network that the plan brings, by itself) and into the v2 leaf, unless that is -1. The child
/// goes on in run_init() and never returns from here. Returns its pid and sets `pidfd`, or a
/// negative errno. Raw system calls only.
///
/// As fork: with a copy of the memory; but as vfork for a plan with a warm program: the child uses
/// the caller's memory, and the caller waits, until the child has executed its own program or
/// ended.
[[nodiscard]] long clone_init(const ChildPlan& plan, int leaf, Parent parent, int& pidfd);

}  // namespace leash::sandbox
