#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace leash::cli {

/// A process that is not reaped yet, and all that came of it, as /proc shows them now.
[[nodiscard]] std::vector<pid_t> process_tree(pid_t root);

/// How many of them were started as a program of this name, whatever its folder.
[[nodiscard]] std::size_t count_of_program(const std::vector<pid_t>& processes,
                                           std::string_view name);

/// What they hold together: each its own pages, and its part of those that it shares (PSS). Those
/// that have ended meanwhile hold nothing. An error if the kernel does not show it to us.
[[nodiscard]] base::Result<base::Bytes> memory_of(const std::vector<pid_t>& processes);

}  // namespace leash::cli
