#pragma once

#include <cstddef>

#include "sandbox/spec.h"

namespace leash::sandbox {

/// What the init of a slot that was cloned by an interpreter is from now on, with these arguments:
/// the pid of the warm child, and the descriptor of the socket to it.
inline constexpr const char* kWarmInit = "/opt/leash/leash-init";
inline constexpr std::size_t kMaxLanguages = 256;

/// In a slot's init that still has the zygote's memory: forks the process that will be the program,
/// a copy of the interpreter, and executes kWarmInit. Never returns; fails the slot if it cannot.
[[noreturn]] void become_warm_init(const ChildPlan& plan);

}  // namespace leash::sandbox
