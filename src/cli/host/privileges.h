#pragma once

#include <sys/types.h>

#include <optional>

#include "base/result.h"

namespace leash::cli {

/// Gives up every right this process has beyond those of an ordinary user, for good: supplementary
/// groups, user and group ids (if `uid` is another one than ours), all capability sets, the chance
/// to gain any (no_new_privs), and being looked into by others of its uid (not dumpable). Then
/// looks whether each of these is really so. An error means that some right may be left: do not go
/// on.
///
/// Capabilities belong to threads: call it while there is only one.
[[nodiscard]] base::Result<void> drop_privileges(std::optional<uid_t> uid);

}  // namespace leash::cli
