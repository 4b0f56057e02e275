#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/units.h"
#include "sandbox/cgroup/instance.h"
#include "sys/fd.h"

namespace leash::sandbox {

/// The descriptors by which a run is watched and killed without privileges. One that this cgroup
/// mode does not have is /dev/null.
struct LeafHandles {
  sys::UniqueFd kill;
  sys::UniqueFd events;
  sys::UniqueFd procs;
  sys::UniqueFd cpu_stat;
  sys::UniqueFd memory_peak;
  sys::UniqueFd memory_events;
  sys::UniqueFd oom;
  sys::UniqueFd pids_events;
  sys::UniqueFd pids_peak;
};

/// One run's leaf in every hierarchy. Made fresh for each slot and never used again after a kill:
/// the kernel kills at birth what is cloned into a leaf that was killed before.
///
/// One thread. The destructor closes the folders and leaves them in place; remove() is explicit,
/// because it works only once the leaf is empty.
class CgroupLeaf {
 public:
  [[nodiscard]] static base::Result<CgroupLeaf> create(const CgroupInstance& instance,
                                                       const std::string& name);
  /// One that a crashed server left behind; hierarchies in which it does not exist are passed over.
  [[nodiscard]] static CgroupLeaf adopt(const CgroupInstance& instance, const std::string& name);

  /// The v2 folder, for CLONE_INTO_CGROUP; -1 in v1 mode.
  [[nodiscard]] int v2() const { return v2_.get(); }
  /// The v1 files into which the first process writes "0" to attach itself before it forks.
  [[nodiscard]] base::Result<std::vector<sys::UniqueFd>> open_attach_files() const;
  [[nodiscard]] base::Result<LeafHandles> open_handles() const;

  /// Of processes and files together; swap is none. Another one may follow.
  [[nodiscard]] base::Result<void> limit_memory(base::Bytes limit) const;
  /// Processes and threads. A leaf that has this limit was given a run; one that waits has none.
  [[nodiscard]] base::Result<void> limit_tasks(std::uint64_t limit) const;

  /// Where processors are scarce it gets a quarter of what another leaf does from now on. Nothing
  /// happens without a controller for it (see CgroupInstance::low_cpu) or if the leaf has gone.
  void let_others_pass() const;

  /// Processes and threads in it now.
  [[nodiscard]] base::Result<std::uint64_t> tasks() const;

  /// SIGKILL to everything in it, in one step where there is a v2 tree.
  [[nodiscard]] base::Result<void> kill() const;
  /// False once the kernel says that nothing is in it.
  [[nodiscard]] base::Result<bool> populated() const;
  /// Takes the folders away, in every hierarchy. Only when empty (else EBUSY).
  [[nodiscard]] base::Result<void> remove() const;
  /// Kills what is in it until nothing is, and takes it away. Blocks, at most until `deadline`.
  [[nodiscard]] base::Result<void> clear(base::TimePoint deadline) const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] CgroupMode mode() const { return mode_; }

 private:
  struct V1Folder {
    std::vector<std::string> controllers;
    int parent;  ///< The instance's.
    sys::UniqueFd folder;
  };
  CgroupLeaf(CgroupMode mode, std::string name) : mode_(mode), name_(std::move(name)) {}
  [[nodiscard]] int v1(std::string_view controller) const;
  /// The folder of the controller for processes and threads.
  [[nodiscard]] int pids() const;
  /// Whether any v1 folder lists a process.
  [[nodiscard]] base::Result<bool> listed_in_v1() const;

  CgroupMode mode_;
  std::string name_;
  int v2_parent_ = -1;
  sys::UniqueFd v2_;
  std::vector<V1Folder> v1_;
  sys::UniqueFd tasks_limit_;
};

}  // namespace leash::sandbox
