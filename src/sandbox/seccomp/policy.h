#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace leash::sandbox {

/// What the filter does with a system call.
enum class Verdict : std::uint8_t {
  kAllow,
  kDenyPerm,    ///< EPERM: known, and refused on purpose.
  kDenyNoSys,   ///< ENOSYS: callers have a fallback. Also for every number not in the table.
  kDenyNotSup,  ///< EOPNOTSUPP, as of a filesystem that has no such thing.
  kNoEffect,    ///< Returns 0 and is not made: advice that may be passed over.
  /// socket, socketpair: unix, and of the internet what needs no further kernel module: else
  /// EAFNOSUPPORT, ESOCKTNOSUPPORT or EPROTONOSUPPORT.
  kCheckDomain,
  kCheckClone,     ///< clone: no new namespaces.
  kCheckIoctl,     ///< ioctl: nothing that types into or re-routes a terminal, or loads a module.
  kCheckPersona,   ///< personality: read it, or switch address randomisation off for oneself.
  kCheckFcntl,     ///< fcntl: no leases, no notices, no asking for open file description locks.
  kCheckOwnPid,    ///< prlimit64: only on oneself (pid 0); not the size of cores, as below.
  kCheckLimit,     ///< setrlimit: for the size of cores it is 0, and nothing is done.
  kCheckAdvice,    ///< madvise: no merging with the pages of others.
  kCheckControl,   ///< prctl: the same.
  kCheckOption,    ///< setsockopt: no filters, and no datagram that is kept until it is complete.
  kCheckOther,     ///< sched_set*: not on the init (pid 1), which has the run's uid.
  kCheckPriority,  ///< setpriority: the same, and not on all processes of that uid.
};

struct SyscallRule {
  std::uint32_t number;
  std::string_view name;
  Verdict verdict;
};

/// The whole policy for the x86-64 ABI, ascending by number, one rule for each number at most.
/// Arguments are compared by their low 32 bits, since the kernel looks at no more of them.
[[nodiscard]] std::span<const SyscallRule> syscall_policy();

/// The verdict for a number, kDenyNoSys if it is not in the table.
[[nodiscard]] Verdict verdict_for(std::uint32_t number);

/// Flags of clone that make a namespace.
inline constexpr std::uint32_t kNamespaceFlags = 0x7E020080;  // every CLONE_NEW*, NEWTIME too

}  // namespace leash::sandbox
