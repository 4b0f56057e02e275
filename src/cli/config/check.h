#pragma once

#include "base/result.h"
#include "cli/config/load.h"
#include "cli/config/settings.h"

namespace leash::cli {

/// Checks what the type of a value lets pass: addresses and names, and `no_auth` against the
/// addresses. Makes paths absolute, and one list of what was given as several. An error's object
/// says where the value came from. Pure but for the working directory.
[[nodiscard]] base::Result<void> check_whole(Settings& settings, const Origins& origins);

}  // namespace leash::cli
