#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "run/local/spawner_client.h"
#include "run/outcome.h"

namespace leash::run {

/// The number after `key` in a cgroup file of "key value" lines; nothing if it is not there. Pure.
[[nodiscard]] std::optional<std::uint64_t> find_figure(std::string_view text, std::string_view key);

/// What the kernel says of a slot through its descriptors, while its leaf exists. A figure that
/// this kernel does not have is 0.
[[nodiscard]] base::Micros read_cpu_time(const ClaimedSlot& slot);
[[nodiscard]] bool had_oom_kill(const ClaimedSlot& slot);
/// Processes in the slot now, leash's own init not counted.
[[nodiscard]] std::uint64_t count_processes(const ClaimedSlot& slot);
/// False once the kernel says that nothing is left. Without a v2 tree: that no process is listed.
[[nodiscard]] bool is_populated(const ClaimedSlot& slot);
/// All of `usage` but the output counts.
[[nodiscard]] Usage read_usage(const ClaimedSlot& slot);

}  // namespace leash::run
