#pragma once

#include "protocol/messages.h"
#include "sandbox/spec.h"

namespace leash::sandbox {

/// A process that was forked from a warmed interpreter, ahead of its job, for which it waits.
struct WarmChild {
  int pid = -1;
  int socket = -1;
};

/// In a slot's init that is itself a copy of the interpreter: forks the process that will be the
/// program and waits until it has prepared itself. Fails the slot if there is none.
[[nodiscard]] WarmChild fork_warm_child(const ChildPlan& plan);

/// Hands the job to the warm child. Returns its pid; fails the slot if it has gone.
[[nodiscard]] int start_warm_program(const WarmChild& warm, const protocol::InitOrder& order,
                                     int memfd);

}  // namespace leash::sandbox
