#pragma once

#include <string>

#include "base/result.h"
#include "sandbox/cgroup/hierarchies.h"

namespace leash::sandbox {

struct Place {
  std::string folder;
  bool divided = false;  ///< By this call.
};

/// cgroup v2 alone: the folder below which the folder of a server instance is to be made, with the
/// controllers passed on to what is below it: memory and pids, and cpu where it can be had.
///
/// A folder that passes controllers on must have no processes of its own, unless it is the root of
/// the tree. So it is, in this order:
///  1. the own folder, if it is the root of the tree;
///  2. the own folder, if it may be divided: this process is alone in it, or it was handed over as
///     a whole (systemd's Delegate=yes, the top folder of a container). All that is in it moves to
///     a leaf in it, `leash-server`, until undo_division();
///  3. else, as in a login session: the nearest folder above it that has no processes of its own;
///     where that may not be written, the own folder is divided all the same.
///
/// Call it once, before any other process is started. An error says which folder, and how to mend
/// it.
[[nodiscard]] base::Result<Place> place_runs(const Hierarchies& hierarchies);

/// Moves what is in the leaf back and takes the leaf away, unless another server has its runs in
/// the folder. Without it, nobody could enter the folder any more.
void undo_division(const std::string& folder);

/// Adds advice to an error of a file operation on a cgroup folder, where its errno has a known
/// cause: no rights, or a tree that is mounted read-only. Pure.
[[nodiscard]] base::Error with_cgroup_advice(base::Error error);

}  // namespace leash::sandbox
