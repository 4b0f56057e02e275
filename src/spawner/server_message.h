#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "protocol/channel.h"

namespace leash::spawner {

/// What a server may say to its spawner.
using ServerMessage = std::variant<protocol::Claim, protocol::SignalSlot, protocol::KillSlot,
                                   protocol::ReleaseSlot, protocol::WithdrawClaim>;

/// The message in these bytes, every field of it within bounds that sums cannot overflow; none if
/// it is not one of the protocol. `languages` is how many there are. A claim has exactly one
/// descriptor beside it (or had, if it was lost), whose contents are not looked at here. Pure: the
/// server may have been taken over, and this is the only thing it can reach.
[[nodiscard]] std::optional<ServerMessage> read_server_message(const protocol::Incoming& incoming,
                                                               std::size_t languages);

}  // namespace leash::spawner
