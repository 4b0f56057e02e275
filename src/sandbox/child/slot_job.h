#pragma once

#include "sandbox/child/prestart.h"
#include "sandbox/spec.h"

namespace leash::sandbox {

/// The rest of the life of a slot's init, once it has reported kReady: waits for a job, executes it
/// as its child (or hands it to the process that was started ahead), and oversees it. Of the plan
/// it needs the languages and what was started ahead. Raw system calls only.
[[noreturn]] void serve_job(const ChildPlan& plan, const Prestarted& prestarted);

}  // namespace leash::sandbox
