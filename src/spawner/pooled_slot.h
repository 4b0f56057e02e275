#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>

#include "async/fd_watch.h"
#include "async/timer.h"
#include "sandbox/launch.h"
#include "spawner/slot_kind.h"

namespace leash::spawner {

/// A slot and what its pool knows of it. See SlotPool for its life.
struct PooledSlot {
  enum class State : std::uint8_t { kMaking, kReady, kClaimed, kEnding };

  PooledSlot(std::uint64_t id_, SlotKind kind_, sandbox::Slot slot_, boost::asio::io_context& loop)
      : id(id_), kind(kind_), slot(std::move(slot_)), timer(loop), aging(loop) {}

  /// Throws what the event loop throws if it cannot take the descriptors.
  void watch(boost::asio::io_context& loop) {
    control.emplace(loop, slot.control.get());
    init.emplace(loop, slot.init.fd());
    events.emplace(loop, slot.handles.events.get());
  }

  /// Sets the limits of this claim, where they are not those it has, and hands the job over: then
  /// it is used.
  [[nodiscard]] base::Result<void> give(const protocol::Claim& claim, int job);
  /// Closes what is its server's now, alone: while this process had it too, a program would never
  /// see EOF.
  void let_go();

  const std::uint64_t id;
  const SlotKind kind;
  State state = State::kMaking;
  bool ended = false;
  bool reaped = false;
  sandbox::Slot slot;
  std::optional<sandbox::SlotCaps> caps;  ///< As they are set.
  std::optional<async::FdWatch> control;
  std::optional<async::FdWatch> init;
  std::optional<async::FdWatch> events;
  /// The deadline of making, then the backstop deadline, later the check of a slow removal.
  async::Timer timer;
  async::Timer aging;  ///< Until a run that goes on has to let newer ones pass.
};

}  // namespace leash::spawner
