#pragma once

#include "protocol/messages.h"

namespace leash::sandbox {

/// A process that was forked from a warmed interpreter, ahead of its job, for which it waits. Its
/// parent is the slot's init, where all of this is called. Raw system calls only.
struct WarmChild {
  int pid = -1;
  int socket = -1;  ///< To it.
};

/// Returns when it has prepared itself; fails the slot if it has ended instead.
void await_warm_child(const WarmChild& warm);

/// Hands the job to it. Returns its pid; fails the slot if it has gone.
[[nodiscard]] int start_warm_program(const WarmChild& warm, const protocol::InitOrder& order,
                                     int memfd);

}  // namespace leash::sandbox
