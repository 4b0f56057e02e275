#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace leash::sandbox {

enum class CgroupMode { kNone, kV1, kV2, kHybrid };

[[nodiscard]] std::string_view to_string(CgroupMode mode);

/// Where the cgroup hierarchies are mounted and where in each of them this process is. A value.
///
/// In hybrid mode limits come from v1 controllers while identity, kill, emptiness and CPU time come
/// from the v2 tree, which has no controllers then.
struct Hierarchies {
  std::optional<std::string> v2;          ///< Own folder in the v2 tree.
  std::string v2_top;                     ///< Where the v2 tree is mounted.
  std::map<std::string, std::string> v1;  ///< Controller name -> own folder in its tree.
  bool v2_controllers = false;            ///< The v2 tree offers memory and pids.

  [[nodiscard]] CgroupMode mode() const;

  friend bool operator==(const Hierarchies&, const Hierarchies&) = default;
};

/// Reads /proc/self/mountinfo and /proc/self/cgroup (their contents are the arguments, so that it
/// can be tested with strings) and cgroup.controllers at the top of the v2 tree. Pure.
[[nodiscard]] Hierarchies parse_hierarchies(std::string_view mountinfo,
                                            std::string_view own_cgroups,
                                            std::string_view v2_controllers);

/// The same for this process, now.
[[nodiscard]] base::Result<Hierarchies> detect_hierarchies();

/// What is missing where the mode is kNone, and how to mend it. Pure.
[[nodiscard]] std::string why_none(const Hierarchies& hierarchies);

}  // namespace leash::sandbox
