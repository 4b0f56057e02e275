#pragma once

#include <vector>

#include "base/result.h"
#include "protocol/messages.h"
#include "sandbox/launch.h"

namespace leash::spawner {

/// Proves each layer of the sandbox on this machine by making a slot and trying, from inside it and
/// from outside, what the layer must refuse. Blocks for some 50 ms; call it before there are runs.
///
/// It also finds out whether slots can be cloned into their leaf, and sets context.born_in_leaf.
/// Rootless, there is one layer more: the user namespace.
/// A layer that could not be tried counts as missing: nothing is ever assumed.
[[nodiscard]] std::vector<protocol::LayerStatus> prove_layers(sandbox::LaunchContext& context,
                                                              uid_t uid, bool rootless);

}  // namespace leash::spawner
