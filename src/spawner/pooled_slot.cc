#include "spawner/pooled_slot.h"

#include <span>

#include "protocol/channel.h"
#include "protocol/messages.h"

namespace leash::spawner {

base::Result<void> PooledSlot::give(const protocol::Claim& claim, int job) {
  const protocol::SlotLimits& limits = claim.limits;
  // The files live in memory: the leaf gets the sum. One task more for the init.
  const sandbox::SlotCaps wanted{.memory = {limits.memory_bytes + limits.disk_bytes},
                                 .disk = {limits.disk_bytes},
                                 .inodes = limits.inodes};
  if (caps != wanted) {
    if (const auto set = slot.set_caps(wanted); !set) return set.error();
    caps = wanted;
  }
  if (const auto set = slot.limit_tasks(limits.tasks + 1); !set) return set.error();
  const protocol::InitOrder order{.language = claim.language, .step = claim.step};
  return protocol::send(slot.control.get(), order, std::span(&job, 1));
}

void PooledSlot::let_go() {
  for (sys::UniqueFd* fd : {&slot.stdin_fd, &slot.stdout_fd, &slot.stderr_fd, &slot.status}) {
    fd->reset();
  }
}

}  // namespace leash::spawner
