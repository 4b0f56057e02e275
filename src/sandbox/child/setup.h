#pragma once

#include "sandbox/spec.h"

namespace leash::sandbox {

/// Where a set-up failed.
struct SetupFailure {
  SetupStep step = SetupStep::kNone;
  int error = 0;

  [[nodiscard]] bool happened() const { return step != SetupStep::kNone; }
};

/// The descriptors of a slot's first process once it is set up; everything else is closed.
inline constexpr int kControlFd = 3;
inline constexpr int kStatusFd = 4;

/// So many a process of a run may have (RLIMIT_NOFILE).
inline constexpr int kMaxDescriptors = 1024;
/// No core, neither as a file nor to a program of the host: see the spawner's own limit.
inline constexpr int kMaxCore = 1;

/// Turns a freshly cloned process (in new namespaces, root in them) into the init of a slot: own
/// root, own files, no rights, filter in force. Each step is checked; the first failure ends it,
/// and then nothing may be executed. After clone: raw system calls only.
[[nodiscard]] SetupFailure set_up(const ChildPlan& plan);

}  // namespace leash::sandbox
