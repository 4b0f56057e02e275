#include "spawner/warm_set.h"

#include <utility>

namespace leash::spawner {

using protocol::Step;

void WarmSet::start(Hooks hooks) {
  prestarts_.start({.warm = hooks.warm, .lost = hooks.lost});
  const auto of_language = [](std::function<void(SlotKind)> hook) {
    return [hook = std::move(hook)](std::uint32_t language) {
      // Slots for any command are there in any case.
      if (language != kNoLanguage) hook(kind_of(language, Step::kRun));
    };
  };
  zygotes_.start({.warm = of_language(hooks.warm), .lost = of_language(hooks.lost)});
}

bool WarmSet::is_warm(SlotKind kind) const {
  if (prestarts_.has(kind)) return prestarts_.is_warm(kind);
  return kind == kind_of(language_of(kind), Step::kRun) && zygotes_.is_warm(language_of(kind));
}

std::size_t WarmSet::wanted(SlotKind kind, std::size_t ready) const {
  constexpr std::size_t kShare = 4;
  return prestarts_.has(kind) ? (ready + kShare - 1) / kShare : ready;
}

bool WarmSet::serves(SlotKind kind, const protocol::Claim& claim,
                     const sandbox::Slot* ready) const {
  if (!prestarts_.has(kind)) return true;
  if (ready == nullptr) return false;
  const auto tasks = ready->leaf.tasks();
  return tasks && prestarts_.suits(kind, claim, *tasks);
}

void WarmSet::slot_is_ready(SlotKind kind) {
  if (!prestarts_.has(kind)) zygotes_.slot_is_ready();
}

void WarmSet::renew(SlotKind kind) {
  if (prestarts_.has(kind)) {
    prestarts_.give_up(kind);
  } else {
    zygotes_.renew(language_of(kind));
  }
}

base::Result<sandbox::Slot> WarmSet::launch(SlotKind kind, const std::string& name, uid_t uid) {
  if (prestarts_.has(kind)) return prestarts_.launch(kind, name, uid);
  if (kind == kAnyCommand && !zygotes_.is_warm(kNoLanguage)) {
    return launch_slot(context_, name, uid);
  }
  return zygotes_.launch(language_of(kind), name, uid);
}

}  // namespace leash::spawner
