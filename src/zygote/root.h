#pragma once

namespace leash::zygote {

/// Moves this process, in a mount namespace of its own, into the root template: what it forks then
/// begins with a copy of the template's mounts and of no others, which the kernel makes sooner, and
/// has no other root to leave. Returns ChildPlan::root for it.
///
/// Where that cannot be, all is as it was, and the path is returned: in a user namespace nobody may
/// mount a /proc where none can be seen. Call it when nothing of the machine's files is needed any
/// more, in a process with one thread.
[[nodiscard]] const char* enter_root(const char* path);

}  // namespace leash::zygote
