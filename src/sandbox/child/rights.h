#pragma once

#include "sandbox/spec.h"

/// How a slot's first process gives up what it may do, for good: each result is read back, and one
/// that is not as it was asked for fails the set-up. After clone: raw system calls only; each
/// returns 0 or a negative errno.
namespace leash::sandbox {

/// Bounding and ambient sets emptied, and set-user-id root made to mean nothing. While there are
/// rights.
[[nodiscard]] long drop_bounding_set(const ChildPlan& plan);

/// No group, the slot's gid, its uid, no capability: in this order, since each needs what the next
/// takes away.
[[nodiscard]] long change_user(const ChildPlan& plan);

/// Its files in /proc, memory included, are for nobody but the machine's root.
[[nodiscard]] long hide_from_others(const ChildPlan& plan);

[[nodiscard]] long forbid_new_privileges(const ChildPlan& plan);

[[nodiscard]] long install_filter(const ChildPlan& plan);

/// For a slot without no_new_privs: then only one who still has rights may install a filter, so
/// this comes before they go. Does nothing for any other.
[[nodiscard]] long install_filter_early(const ChildPlan& plan);

}  // namespace leash::sandbox
