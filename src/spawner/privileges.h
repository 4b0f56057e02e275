#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace leash::spawner {

/// What makes this process able to make sandboxes, and the ids and the folder it may use for that.
///
/// As root: everything is there. As an ordinary user ("rootless"): the process becomes root of a
/// user namespace of its own, into which the user's subordinate ids are mapped, so that each run
/// has a uid of its own there, too. Nothing else differs: all that follows is the same code.
struct Privileges {
  bool rootless = false;
  uid_t first_uid = 0;         ///< As this process sees it from now on.
  uid_t uid_count = 0;         ///< How many from there belong to nobody else on this machine.
  std::string runtime_folder;  ///< Exists, belongs to us alone; for locks, and to mount upon.
};

/// Call it first of all, while there is one thread. The error says what is missing and how to mend
/// it: newuidmap (Debian package uidmap), a line in /etc/subuid, user namespaces for users.
[[nodiscard]] base::Result<Privileges> acquire_privileges();

}  // namespace leash::spawner
