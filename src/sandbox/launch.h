#pragma once

#include <linux/filter.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/cgroup/leaf.h"
#include "sandbox/mount/box.h"
#include "sandbox/spec.h"
#include "sys/fd.h"
#include "sys/pidfd.h"

namespace leash::sandbox {

/// What all slots of a spawner have in common. Outlives every slot, since their inits read it.
struct LaunchContext {
  const CgroupInstance* cgroups = nullptr;
  std::string root;                 ///< Of the RootTemplate.
  std::vector<sock_filter> filter;  ///< Compiled once.
  std::vector<ExecEntry> languages;
  LayerSet layers;
  /// The first process is cloned into its leaf. False where a probe showed that the kernel kills it
  /// at birth (the server's own cgroup was killed before): then it attaches itself as its first
  /// act.
  bool born_in_leaf = true;
};

/// What a run may use: in processes and in files, which share the memory.
struct SlotCaps {
  LeafLimits leaf;
  base::Bytes disk;
  std::uint64_t inodes = 0;
};

/// A slot as it was cloned: its init is setting itself up and will say kReady on `control`.
///
/// Member order is tear-down order. The destructor closes, and closing `control` ends the init; it
/// does not wait, and it does not remove the leaf.
struct Slot {
  /// Before the run begins.
  [[nodiscard]] base::Result<void> set_caps(const SlotCaps& caps) const;
  /// Kills all that is in its leaf.
  [[nodiscard]] base::Result<void> kill_leaf() const;
  /// The same in two ways of which either would do: by its leaf, and by its init, with which the
  /// kernel ends the pid namespace. Again is harmless.
  void kill() const;
  /// Takes the leaf away, once it is empty.
  [[nodiscard]] base::Result<void> remove() const;

  LayerSet layers;
  std::string name;
  uid_t uid = 0;
  CgroupLeaf leaf;
  LeafHandles handles;
  Box box;
  sys::PidFd init;
  sys::UniqueFd control;
  sys::UniqueFd status;  ///< The server's end.
  sys::UniqueFd stdin_fd;
  sys::UniqueFd stdout_fd;
  sys::UniqueFd stderr_fd;
};

struct LaunchOptions {
  bool probe = false;  ///< The slot proves its layers instead of running a job.
  /// Clones the first process elsewhere (into the v2 leaf, if that is not -1); empty: here.
  std::function<base::Result<sys::PidFd>(const ChildPlan& plan, int leaf)> clone;
};

/// Makes the leaf, the files, the pipes, and clones the first process into fresh namespaces.
/// Returns before it is ready. On an error nothing is left.
[[nodiscard]] base::Result<Slot> launch_slot(const LaunchContext& context, const std::string& name,
                                             uid_t uid, const LaunchOptions& options = {});

/// Ends a slot that nobody has been given, and waits until nothing of it is left.
void discard(const Slot& slot);

}  // namespace leash::sandbox
