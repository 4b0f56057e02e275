#pragma once

#include <linux/filter.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/cgroup/leaf.h"
#include "sandbox/mount/box.h"
#include "sandbox/network/spare_networks.h"
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
  SpareNetworks* networks = nullptr;  ///< Null: each slot has a new one.
};

/// What a run may use of memory, for processes and files together, and of that for files.
struct SlotCaps {
  base::Bytes memory;
  base::Bytes disk;
  std::uint64_t inodes = 0;

  friend bool operator==(const SlotCaps&, const SlotCaps&) = default;
};

/// A slot as it was cloned: its init is setting itself up and will say kReady on `control`.
///
/// Member order is tear-down order. The destructor closes, and closing `control` ends the init; it
/// does not wait, and it does not remove the leaf.
struct Slot {
  /// Before the run begins; the last ones hold.
  [[nodiscard]] base::Result<void> set_caps(const SlotCaps& caps) const;
  /// Processes and threads, the init among them. With it, the slot counts as one that has a run.
  [[nodiscard]] base::Result<void> limit_tasks(std::uint64_t limit) const;
  /// Kills all that is in its leaf.
  [[nodiscard]] base::Result<void> kill_leaf() const;
  /// The same in two ways of which either would do: by its leaf, and by its init, with which the
  /// kernel ends the pid namespace. Again is harmless.
  void kill() const;
  /// Its first process has ended, and the kernel says that nobody is left.
  [[nodiscard]] bool is_over() const;
  /// Takes the leaf away, once it is empty.
  [[nodiscard]] base::Result<void> remove() const;

  LayerSet layers;
  std::string name;
  uid_t uid = 0;
  CgroupLeaf leaf;
  LeafHandles handles;
  Box box;
  sys::PidFd init;
  /// Its namespaces, so that their end is not part of its processes' end: the kernel takes long for
  /// it, and would take it before it said that the first process has ended. -1 where the kernel
  /// gives none (before Linux 6.11): then it does.
  sys::UniqueFd mounts;
  sys::UniqueFd network;
  sys::UniqueFd control;
  sys::UniqueFd status;  ///< The server's end.
  sys::UniqueFd stdin_fd;
  sys::UniqueFd stdout_fd;
  sys::UniqueFd stderr_fd;
};

struct LaunchOptions {
  bool probe = false;  ///< The slot proves its layers instead of running a job.
  const PrestartEntry* prestart = nullptr;  ///< Started in it before it is ready.
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
