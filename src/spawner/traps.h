#pragma once

#include "protocol/messages.h"
#include "sandbox/launch.h"

namespace leash::spawner {

/// What kernels and set-ups are known to get wrong beside the layers themselves, looked at when the
/// server starts.

/// Call it when the probe has gone over its memory limit: the leaf must count that, and in v1 modes
/// the eventfd must have been written to. Without it a run that lost a process for its memory would
/// go on, or would end with a wrong cause.
[[nodiscard]] protocol::LayerStatus prove_oom_is_told(const sandbox::Slot& slot);

/// Not required: without a cpu controller, runs compete with the server as equals.
[[nodiscard]] protocol::LayerStatus prove_low_cpu(const sandbox::CgroupInstance& cgroups);

/// How the first process of a slot gets into its leaf, for the detail of a layer.
[[nodiscard]] std::string_view describe_birth(bool has_v2, bool born_in_leaf);

}  // namespace leash::spawner
