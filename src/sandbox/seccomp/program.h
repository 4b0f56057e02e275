#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <span>
#include <vector>

#include "sandbox/seccomp/policy.h"

namespace leash::sandbox {

/// The policy as a classic BPF program for seccomp(2). Made once, inherited by every slot.
///
/// A call of another architecture (int 0x80) ends the process; an x32 number, and every number that
/// the policy does not know, gets ENOSYS.
[[nodiscard]] std::vector<sock_filter> make_seccomp_program(std::span<const SyscallRule> policy);

/// What seccomp would return for this call: the program, interpreted. For tests.
[[nodiscard]] std::uint32_t interpret(std::span<const sock_filter> program, std::uint32_t arch,
                                      std::uint32_t number, std::span<const std::uint64_t, 6> args);

}  // namespace leash::sandbox
