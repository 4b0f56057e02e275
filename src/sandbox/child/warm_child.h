#pragma once

namespace leash::sandbox {

/// A process that was forked from a warmed interpreter, ahead of its job. Its parent is the slot's
/// init, where all of this is called. Raw system calls only.
///
/// It takes the job from the slot's control socket itself, so that a run need not wait until the
/// init has been given a processor, too. It says with a byte each that it is ready and that it
/// becomes the program; from then on the control socket is the init's.
struct WarmChild {
  int pid = -1;
  int socket = -1;  ///< To it.
};

/// The rest of the life of the slot's init: waits until the child is ready, and reports it; waits
/// until it becomes the program, and oversees that. Fails the slot if it ends instead.
[[noreturn]] void serve_warm_child(const WarmChild& warm);

}  // namespace leash::sandbox
