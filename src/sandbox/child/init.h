#pragma once

#include "sandbox/spec.h"

namespace leash::sandbox {

/// The life of pid 1 of a slot, from clone to its end: sets the slot up, reports kReady, waits for
/// a job, executes it as its child, reaps orphans, passes signals on, reports the end, and exits,
/// which makes the kernel kill whatever is left in the namespace. For a plan with a warm program
/// that is done, from the report on, by leash-init, which it becomes.
///
/// It exits at once when its control socket is closed, so a slot never outlives its spawner. User
/// code is never pid 1: there, signals with default action are ignored.
[[noreturn]] void run_init(const ChildPlan& plan);

}  // namespace leash::sandbox
