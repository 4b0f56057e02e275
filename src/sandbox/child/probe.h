#pragma once

#include <cstdint>
#include <iterator>

#include "sandbox/spec.h"

namespace leash::sandbox {

/// What was tried from inside a slot, as any program in it could.
enum class ProbeCheck : std::uint32_t {
  kRoot,          ///< The host's /etc/shadow, /root and /home are not there; /usr is read-only.
  kProc,          ///< /proc has nothing of the machine.
  kFiles,         ///< /work ends at its cap with ENOSPC.
  kPidNamespace,  ///< It is pid 1 and sees nobody else.
  kNetwork,       ///< No route to anywhere.
  kDescriptors,   ///< Nothing open but the five that belong there.
  kResources,     ///< The limits of setrlimit() hold.
  kIdentity,      ///< The slot's uid and gid in all places, no capability, none to be had.
  kNoNewPrivs,
  kSeccomp,  ///< What the kernel alone would answer otherwise: setns EPERM, clone3 ENOSYS, netlink.
  kTasks,    ///< fork ends with EAGAIN at the limit.
  kMemory,   ///< A process that takes more than the limit is killed.
  kCount,
};

/// As in /proc/self/ns. All but `user`, which is the spawner's, are the slot's own.
inline constexpr const char* kNamespaceFiles[] = {
    "/proc/self/ns/pid", "/proc/self/ns/mnt",    "/proc/self/ns/net", "/proc/self/ns/ipc",
    "/proc/self/ns/uts", "/proc/self/ns/cgroup", "/proc/self/ns/user"};
inline constexpr std::size_t kNamespaces = std::size(kNamespaceFiles);
inline constexpr std::size_t kNetNamespace = 2;

/// On the control socket, after kReady. `seen[i]` is 0 where check i held, else the surprising
/// result: an errno, or -1 for "it was possible".
struct ProbeReport {
  std::uint32_t magic = 0x50524F42;
  std::int32_t seen[static_cast<std::size_t>(ProbeCheck::kCount)] = {};
  std::uint64_t namespaces[kNamespaces] = {};  ///< Their inodes; 0 if not known. Only the slot
                                               ///< itself may look: its init is not dumpable.
};

/// What the spawner sets for the slot that is probed.
inline constexpr std::uint64_t kProbeTasks = 8;
inline constexpr std::uint64_t kProbeMemory = std::uint64_t{48} << 20;
inline constexpr std::uint64_t kProbeDisk = std::uint64_t{1} << 20;

/// Waits for one byte on the control socket, tries each layer, reports, and waits to be killed.
/// After clone: raw system calls only.
[[noreturn]] void run_probe(const ChildPlan& plan);

}  // namespace leash::sandbox
