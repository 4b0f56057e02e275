#include "spawner/prestart_set.h"

#include <chrono>

#include "base/tell.h"

namespace leash::spawner {

using protocol::Step;

PrestartSet::PrestartSet(boost::asio::io_context& loop, const sandbox::LaunchContext& context,
                         const runtimes::Catalog& catalog, Options options)
    : context_(context), options_(options) {
  for (std::uint32_t i = 0; i < catalog.languages().size(); ++i) {
    const runtimes::Descriptor& language = catalog.languages()[i];
    const sandbox::ExecEntry& entry = context.languages.at(i);
    const auto add = [&](Step step, const std::optional<runtimes::Prestart>& prestart,
                         const sandbox::PrestartEntry* command) {
      if (!prestart) return;
      commands_.try_emplace(kind_of(i, step), loop, language.id, prestart->min_memory, command);
    };
    add(Step::kRun, language.run_prestart, entry.run_prestart);
    if (language.compile) add(Step::kCompile, language.compile->prestart, entry.compile_prestart);
  }
}

bool PrestartSet::is_warm(SlotKind kind) const {
  const auto found = commands_.find(kind);
  return found != commands_.end() && found->second.is_warm;
}

void PrestartSet::note_use(SlotKind kind) {
  const auto found = commands_.find(kind);
  if (found == commands_.end()) return;
  Command& command = found->second;
  const base::TimePoint now = std::chrono::steady_clock::now();
  if (now < command.not_before) return;
  const bool again = command.last_use && now - *command.last_use < options_.kept;
  command.last_use = now;
  if (!again) return;
  command.unused.after(options_.kept, [this, kind, &command] {
    command.is_warm = false;
    hooks_.lost(kind);
  });
  if (command.is_warm) return;
  command.is_warm = true;
  hooks_.warm(kind);
}

bool PrestartSet::suits(SlotKind kind, const protocol::Claim& claim, std::uint64_t tasks) const {
  if (claim.limits.memory_bytes < commands_.at(kind).min_memory.count) return false;
  if (claim.step == Step::kRun && claim.with_arguments != 0) return false;
  // A limit below what is there already would hold for new threads only. One is the init.
  return tasks <= claim.limits.tasks + 1;
}

void PrestartSet::give_up(SlotKind kind) {
  Command& command = commands_.at(kind);
  command.is_warm = false;
  command.last_use.reset();
  command.not_before = std::chrono::steady_clock::now() + options_.kept;
  command.unused.cancel();
  base::tell("leash: {}: its processes that are started ahead fail; without them for now\n",
             command.name);
}

base::Result<sandbox::Slot> PrestartSet::launch(SlotKind kind, const std::string& name,
                                                uid_t uid) const {
  return launch_slot(context_, name, uid, {.prestart = commands_.at(kind).entry});
}

}  // namespace leash::spawner
