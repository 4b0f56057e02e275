#pragma once

#include <functional>
#include <string>
#include <utility>

#include "spawner/prestart_set.h"
#include "spawner/zygote_set.h"

namespace leash::spawner {

/// Where slots come from: forked from a zygote, or, warm, with a process of their own that was
/// started ahead. A kind has one of the two at most. While there is no zygote for any command,
/// slots for that are cloned from this process. Confined to the loop's thread.
class WarmSet {
 public:
  WarmSet(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
          const runtimes::Catalog& catalog, ZygoteSet::Preload preload)
      : context_(context),
        zygotes_(loop, context, catalog, std::move(preload)),
        prestarts_(loop, context, catalog, {}) {}

  struct Hooks {
    std::function<void(SlotKind)> warm;  ///< Its slots can be made from now on.
    std::function<void(SlotKind)> lost;  ///< They cannot any more, or are not worth it.
  };
  void start(Hooks hooks);

  [[nodiscard]] bool is_warm(SlotKind kind) const;
  /// Slots that take long to make, and much memory.
  [[nodiscard]] bool is_prestarted(SlotKind kind) const { return prestarts_.has(kind); }
  /// So many slots of a kind are kept, where `ready` are kept of others.
  [[nodiscard]] std::size_t wanted(SlotKind kind, std::size_t ready) const;

  /// Whether a claim of this kind is for its slots, given the next one that is ready, or null: to
  /// wait for a process that is started ahead takes no less than to start the program.
  [[nodiscard]] bool serves(SlotKind kind, const protocol::Claim& claim,
                            const sandbox::Slot* ready) const;
  /// A claim of this kind has come.
  void note_use(SlotKind kind) { prestarts_.note_use(kind); }

  /// A slot of this kind was set up.
  void slot_is_ready(SlotKind kind);
  /// Slots of this kind cannot be made: mends that, or is_warm() is false from now on.
  void renew(SlotKind kind);

  [[nodiscard]] base::Result<sandbox::Slot> launch(SlotKind kind, const std::string& name,
                                                   uid_t uid);

 private:
  const sandbox::LaunchContext& context_;
  ZygoteSet zygotes_;
  PrestartSet prestarts_;
};

}  // namespace leash::spawner
