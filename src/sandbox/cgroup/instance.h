#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/cgroup/hierarchies.h"
#include "sys/fd.h"

namespace leash::sandbox {

/// The folder of an instance in one v1 tree, which may have several controllers (cpu,cpuacct).
struct V1Tree {
  std::vector<std::string> controllers;
  std::string path;
  sys::UniqueFd folder;
};

/// The folders of one server instance in every hierarchy: `…/leash-<id>`. All leaves are below
/// them, so whatever a crashed server left behind is found by listing, not remembered.
///
/// One thread. The destructor closes; remove() takes the folders away.
class CgroupInstance {
 public:
  /// Makes the folders (those of an earlier server with this name are taken over) and gives runs a
  /// low CPU weight. In v2 mode see placement.h for where they are made.
  [[nodiscard]] static base::Result<CgroupInstance> open(const Hierarchies& hierarchies,
                                                         const std::string& name);

  [[nodiscard]] CgroupMode mode() const { return mode_; }
  /// The folder in the v2 tree; -1 in v1 mode.
  [[nodiscard]] int v2() const { return v2_.get(); }
  /// The v1 trees of memory, pids, cpu, and cpuacct in v1 mode; each once.
  [[nodiscard]] const std::vector<V1Tree>& v1() const { return v1_; }
  /// Runs together have a low share of a scarce CPU, and each a share of that: there is a cpu
  /// controller for them.
  [[nodiscard]] bool low_cpu() const { return low_cpu_; }

  /// The names of all leaves that exist in any hierarchy.
  [[nodiscard]] base::Result<std::vector<std::string>> leaves() const;

  /// Removes the (empty) folders, and what was done for them in v2 mode.
  [[nodiscard]] base::Result<void> remove();

 private:
  CgroupMode mode_ = CgroupMode::kNone;
  sys::UniqueFd v2_;
  std::vector<V1Tree> v1_;
  std::vector<std::string> paths_;
  std::string divided_;  ///< The v2 folder that was divided for this instance; may be empty.
  bool low_cpu_ = false;
};

/// The name of a server instance: "leash-" and 12 hexadecimal digits that follow from its state
/// directory (device and inode), so that two servers with one directory have one name.
[[nodiscard]] base::Result<std::string> instance_name(int state_dir);

}  // namespace leash::sandbox
