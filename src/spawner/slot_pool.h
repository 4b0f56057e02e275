#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "async/timer.h"
#include "base/result.h"
#include "sandbox/launch.h"
#include "spawner/next_slot.h"
#include "spawner/pooled_slot.h"
#include "spawner/slot_closer.h"
#include "spawner/uid_range.h"
#include "spawner/warm_set.h"

namespace leash::spawner {

/// All slots of a server: those made ahead, those claimed, those on their way out.
///
/// A slot is of a kind: one for any command of any language, or a warm one, which runs one step of
/// one language only, much sooner.
///
/// A slot's life: making -> ready -> claimed -> ending -> gone, and from each state to ending. It
/// is used for one run. It is gone when its init was reaped, the kernel said that its leaf is
/// empty, and the leaf was removed; only then its uid may be used again.
///
/// One slot is made at a time, between other events, so that a claim, a signal or a kill never
/// waits for more than one; and not while a run has just begun, unless few are left. A slot that
/// could not be made is tried again, soon if somebody waits for it, who is refused after a few
/// tries; a warm kind whose slots fail is done without. How many are ready follows the demand.
/// Confined to the loop's thread. The destructor kills and closes; to wait for the end use
/// end_all() and on_empty.
class SlotPool {
 public:
  struct Options {
    Demand::Bounds ready;  ///< So many of each kind are kept made ahead.
  };
  SlotPool(boost::asio::io_context& loop, const sandbox::LaunchContext& context, UidRange& uids,
           WarmSet& warm, Options options);
  ~SlotPool();
  SlotPool(const SlotPool&) = delete;
  SlotPool& operator=(const SlotPool&) = delete;
  SlotPool(SlotPool&&) = delete;
  SlotPool& operator=(SlotPool&&) = delete;

  /// Begins to make slots.
  void fill();

  /// A slot with these limits, its job handed to it. `done` gets the id and the slot (whose
  /// descriptors it may copy), or why there is none; it may be called from inside this function.
  using Claimed = decltype(WaitingClaim::claimed);
  using Refused = decltype(WaitingClaim::refused);
  void claim(const protocol::Claim& claim, sys::UniqueFd job, Claimed claimed, Refused refused);

  /// Forgets a claim that still waits for its slot; neither of its calls is made.
  void withdraw(std::uint64_t request);

  /// Whether a slot of this name exists, in whatever state.
  [[nodiscard]] bool has(const std::string& name) const;

  /// To a claimed slot; an id that is none (any more) is ignored.
  void signal(std::uint64_t id, int number);
  void kill(std::uint64_t id);
  void release(std::uint64_t id);

  /// Ends the claimed ones: their server is gone.
  void end_claimed();
  /// Ends all of them and makes no more; `empty` is called when the last one is gone.
  void end_all(std::function<void()> empty);

 private:
  using Entry = PooledSlot;
  using State = PooledSlot::State;

  [[nodiscard]] Entry* find(std::uint64_t id, State state);
  [[nodiscard]] SlotKind kind_for(const protocol::Claim& claim) const;
  [[nodiscard]] std::optional<SlotKind> most_wanted() const;
  /// So many of a kind are to be ready.
  [[nodiscard]] std::size_t wanted(SlotKind kind, const Shelf& shelf) const;
  void refill();
  void end_interval();
  /// Ends those that are ready beyond what is wanted.
  void end_surplus(SlotKind kind, Shelf& shelf);
  void make_one();
  void on_making_failed(SlotKind kind, const base::Error& error);
  void give_up_kind(SlotKind kind);
  void on_control(Entry& entry);
  void on_init_ended(Entry& entry);
  void serve_waiting(Shelf& shelf);
  void hand_over(Entry& entry, WaitingClaim waiting);
  void end(Entry& entry);
  void try_to_remove(std::uint64_t id);

  boost::asio::io_context& loop_;
  UidRange& uids_;
  WarmSet& warm_;
  const Options options_;
  SlotCloser closer_;
  std::map<std::uint64_t, std::unique_ptr<Entry>> entries_;
  Shelves shelves_;
  std::uint64_t next_id_ = 1;
  bool refill_posted_ = false;
  bool closing_ = false;
  async::Timer retry_;
  async::Timer interval_;  ///< Of the demand, while it is raised somewhere.
  bool is_raised_ = false;
  base::TimePoint calm_at_;  ///< Until then slots are made only where there are few.
  async::Timer calm_;
  std::function<void()> on_empty_;
};

}  // namespace leash::spawner
