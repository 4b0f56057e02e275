#include "spawner/server_message.h"

namespace leash::spawner {
namespace {

using protocol::Claim;
using protocol::Kind;

/// Beyond what any operator can mean; keeps sums from overflowing.
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 46;
constexpr std::uint64_t kMaxInodes = std::uint64_t{1} << 40;
constexpr std::uint64_t kMaxTasks = 1U << 20;
/// More than a century; added to any time of the clock, in nanoseconds, it still fits.
constexpr std::uint64_t kMaxDeadlineMs = std::uint64_t{1} << 42;
constexpr int kMaxSignal = 64;

bool is_sane(const Claim& claim, std::size_t languages) {
  const protocol::SlotLimits& limits = claim.limits;
  return claim.language < languages && claim.step <= protocol::Step::kVersion &&
         limits.memory_bytes > 0 && limits.memory_bytes < kMaxBytes && limits.disk_bytes > 0 &&
         limits.disk_bytes < kMaxBytes && limits.inodes < kMaxInodes && limits.tasks > 0 &&
         limits.tasks < kMaxTasks && limits.deadline_ms < kMaxDeadlineMs;
}

template <typename Message>
std::optional<ServerMessage> as(const protocol::Incoming& incoming) {
  const auto message = incoming.as<Message>();
  return message ? std::optional<ServerMessage>(*message) : std::nullopt;
}

}  // namespace

std::optional<ServerMessage> read_server_message(const protocol::Incoming& incoming,
                                                 std::size_t languages) {
  const auto kind = incoming.kind();
  if (!kind) return std::nullopt;
  switch (*kind) {
    case Kind::kClaim: {
      const auto claim = incoming.as<Claim>();
      const bool one_job = incoming.fds.size() == 1 || incoming.fds_lost;
      if (!claim || !one_job || !is_sane(*claim, languages)) return std::nullopt;
      return *claim;
    }
    case Kind::kSignalSlot: {
      const auto message = incoming.as<protocol::SignalSlot>();
      if (!message || message->signal < 1 || message->signal > kMaxSignal) return std::nullopt;
      return *message;
    }
    case Kind::kKillSlot:
      return as<protocol::KillSlot>(incoming);
    case Kind::kReleaseSlot:
      return as<protocol::ReleaseSlot>(incoming);
    case Kind::kWithdrawClaim:
      return as<protocol::WithdrawClaim>(incoming);
    default:
      return std::nullopt;
  }
}

}  // namespace leash::spawner
