#include "spawner/traps.h"

#include <poll.h>

#include "protocol/channel.h"
#include "sys/file.h"

namespace leash::spawner {
namespace {

using sandbox::Layer;

constexpr int kPatienceMs = 1'000;

protocol::LayerStatus make_status(Layer layer, bool proved, std::string_view detail,
                                  std::string_view remedy) {
  protocol::LayerStatus status;
  protocol::set_text(status.name, name_of(layer));
  protocol::set_text(status.detail, detail);
  status.proved = proved ? 1 : 0;
  if (!proved) protocol::set_text(status.remedy, remedy);
  return status;
}

}  // namespace

protocol::LayerStatus prove_oom_is_told(const sandbox::Slot& slot) {
  const bool has_event = slot.leaf.mode() != sandbox::CgroupMode::kV2;
  pollfd entry{.fd = slot.handles.oom.get(), .events = POLLIN, .revents = 0};
  const bool woken = !has_event || ::poll(&entry, 1, kPatienceMs) == 1;
  const auto events = sys::read_from_start(slot.handles.memory_events.get(), "memory events");
  const std::size_t at = events ? events->find("oom_kill ") : std::string::npos;
  const bool counted = at != std::string::npos && (*events)[at + sizeof("oom_kill")] != '0';
  return make_status(Layer::kMemoryEvents, woken && counted,
                     !counted    ? "the leaf did not count a process that was killed for memory"
                     : !woken    ? "the eventfd of the v1 leaf was not written to"
                     : has_event ? "the kill for memory was counted, and its eventfd written to"
                                 : "the kill for memory was counted",
                     "use Linux 5.14 or newer");
}

protocol::LayerStatus prove_low_cpu(const sandbox::CgroupInstance& cgroups) {
  auto status = make_status(
      Layer::kCpuShare, cgroups.low_cpu(),
      cgroups.low_cpu() ? "all runs together weigh a quarter of an ordinary group of processes"
                        : "there is no cpu controller for runs: they compete as equals",
      "let the cpu controller be passed on: Delegate=cpu memory pids in the systemd unit, or mount "
      "the v1 controller cpu");
  status.required = 0;
  return status;
}

std::string_view describe_birth(bool has_v2, bool born_in_leaf) {
  if (!has_v2) return ", attached before its first fork";
  if (born_in_leaf) return ", born there";
  return ", attached before its first fork: what is cloned into its leaf dies at birth (was the "
         "server's cgroup killed before?)";
}

}  // namespace leash::spawner
