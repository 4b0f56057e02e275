#include "spawner/next_slot.h"

namespace leash::spawner {
namespace {

constexpr std::size_t kMakingAtOnce = 2;

}  // namespace

std::optional<SlotKind> next_slot(const Shelves& shelves,
                                  const std::function<Supply(SlotKind)>& supply,
                                  base::TimePoint now, bool calm) {
  std::optional<SlotKind> kind;
  std::optional<SlotKind> prestarted;
  std::size_t most = 0;
  std::size_t making = 0;
  std::size_t prestarting = 0;
  for (const auto& [each, shelf] : shelves) {
    const auto [ready, is_prestarted] = supply(each);
    (is_prestarted ? prestarting : making) += shelf.making;
    if (now < shelf.not_before) continue;
    const std::size_t have = shelf.ready.size() + shelf.making;
    if (calm && have > ready / 2 && shelf.waiting.empty()) continue;
    // A run that waits for its slot comes before any that is made ahead.
    const std::size_t priority = ready + shelf.waiting.size() * (ready + 1);
    if (have >= ready + shelf.waiting.size()) continue;
    if (is_prestarted) prestarted = each;
    if (is_prestarted || priority - have <= most) continue;
    most = priority - have;
    kind = each;
  }
  if (kind) return making < kMakingAtOnce ? kind : std::nullopt;
  return prestarting == 0 ? prestarted : std::nullopt;
}

}  // namespace leash::spawner
