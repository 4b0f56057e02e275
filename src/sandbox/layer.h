#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace leash::sandbox {

/// True in a build for negative controls (CMake: LEASH_NEGATIVE_CONTROLS), in which a spawner can
/// be told to make its slots without one layer: the attack that this layer stops must succeed then,
/// or the test of that attack proves nothing. False in a release: there is nothing to switch.
inline constexpr bool kNegativeControls = LEASH_NEGATIVE_CONTROLS != 0;

/// What a slot is made of, each part proved at start (spawner/layers) and shown by `leash doctor`.
/// docs/threat-model.md has what each of them stops.
enum class Layer : std::uint8_t {
  kSlot,           ///< The slot itself: what nothing can be made without.
  kNamespaces,     ///< ipc, uts and cgroup namespaces; pid and net are layers of their own.
  kCgroup,         ///< Born in a leaf of its own in every hierarchy.
  kUserNamespace,  ///< Rootless only.
  kRoot,           ///< A root of its own, read-only, with nothing of the host but the toolchain.
  kProc,           ///< /proc shows its own processes and nothing of the machine.
  kFiles,          ///< A tmpfs that ends at its caps.
  kProcesses,      ///< A pid namespace.
  kNetwork,        ///< A net namespace.
  kDescriptors,    ///< No descriptor but its own.
  kResources,      ///< Limits of setrlimit().
  kIdentity,       ///< A uid of its own, no group, no capability.
  kNoNewPrivs,
  kSeccomp,
  kLimitTasks,
  kLimitMemory,
  kMemoryEvents,  ///< The kernel tells of each process that it killed for memory.
  kCpuShare,      ///< Runs yield to the server and to others. Not required.
  kKill,          ///< What is in a slot can be killed, both by its leaf and by its init.
  kRemoval,       ///< The leaf is taken away.
  kCount,
};

/// As `leash doctor` and GET /v1/capabilities name them.
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Layer::kCount)> kLayerNames =
    {"slot",         "namespaces",    "cgroup",       "user_namespace", "root",
     "proc",         "files",         "processes",    "network",        "descriptors",
     "resources",    "identity",      "no_new_privs", "seccomp",        "limit_tasks",
     "limit_memory", "memory_events", "cpu_share",    "kill",           "removal"};

[[nodiscard]] constexpr std::string_view name_of(Layer layer) {
  return kLayerNames.at(static_cast<std::size_t>(layer));
}

[[nodiscard]] constexpr std::optional<Layer> find_layer(std::string_view name) {
  const auto* found = std::ranges::find(kLayerNames, name);
  if (found == kLayerNames.end()) return std::nullopt;
  return static_cast<Layer>(found - kLayerNames.begin());
}

/// The layers that slots are made of: all of them, or in a build for negative controls all but one.
/// A value; has() may be called after clone.
struct LayerSet {
  Layer missing = Layer::kSlot;  ///< kSlot: none is.

  [[nodiscard]] constexpr bool has(Layer layer) const {
    return !kNegativeControls || layer == Layer::kSlot || layer != missing;
  }
};

}  // namespace leash::sandbox
