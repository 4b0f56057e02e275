#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "async/timer.h"
#include "base/clock.h"
#include "runtimes/catalog.h"
#include "sandbox/launch.h"
#include "spawner/slot_kind.h"

namespace leash::spawner {

/// The commands whose process can be started ahead of its job (Descriptor's prestart), and which
/// of them are worth it: a waiting runtime holds tens of megabytes, so it waits only where one was
/// used twice within ten minutes (a language's self-test is one use), and until ten minutes have
/// passed without a use. Confined to the loop's thread.
class PrestartSet {
 public:
  struct Options {
    base::Duration kept = std::chrono::minutes(10);
  };
  PrestartSet(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
              const runtimes::Catalog& catalog, Options options);

  struct Hooks {
    std::function<void(SlotKind)> warm;  ///< Its slots are wanted from now on.
    std::function<void(SlotKind)> lost;  ///< They are not any more.
  };
  void start(Hooks hooks) { hooks_ = std::move(hooks); }

  [[nodiscard]] bool has(SlotKind kind) const { return commands_.contains(kind); }
  [[nodiscard]] bool is_warm(SlotKind kind) const;

  /// A command of this kind is about to begin, in whatever slot.
  void note_use(SlotKind kind);
  /// Whether a process that waits in a slot of so many tasks is likely to stand in for this
  /// claim's: its init has the last word, and ends it if not.
  [[nodiscard]] bool suits(SlotKind kind, const protocol::Claim& claim, std::uint64_t tasks) const;

  /// Its slots cannot be made: until `kept` has passed, its commands are started plainly.
  void give_up(SlotKind kind);

  /// A slot in which the process of a kind it has is started.
  [[nodiscard]] base::Result<sandbox::Slot> launch(SlotKind kind, const std::string& name,
                                                   uid_t uid) const;

 private:
  struct Command {
    Command(boost::asio::io_context& loop, std::string name_, base::Bytes min_memory_,
            const sandbox::PrestartEntry* entry_)
        : name(std::move(name_)), min_memory(min_memory_), entry(entry_), unused(loop) {}
    std::string name;  ///< For a message.
    base::Bytes min_memory;
    const sandbox::PrestartEntry* entry;
    bool is_warm = false;
    std::optional<base::TimePoint> last_use;
    base::TimePoint not_before;
    async::Timer unused;
  };

  const sandbox::LaunchContext& context_;
  const Options options_;
  std::map<SlotKind, Command> commands_;
  Hooks hooks_;
};

}  // namespace leash::spawner
