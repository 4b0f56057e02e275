#include "spawner/layers.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>

#include "base/clock.h"
#include "protocol/channel.h"
#include "protocol/setup_step.h"
#include "sandbox/child/probe.h"
#include "spawner/traps.h"
#include "sys/file.h"

namespace leash::spawner {
namespace {

using protocol::LayerStatus;
using sandbox::Layer;
using sandbox::ProbeCheck;
using sandbox::ProbeReport;

constexpr int kPatienceMs = 10'000;
/// One process and its leaf: thousands of times as long as it takes.
constexpr int kKillPatienceMs = 3'000;

LayerStatus layer(Layer which, bool proved, std::string_view detail, std::string_view remedy) {
  LayerStatus status;
  protocol::set_text(status.name, name_of(which));
  protocol::set_text(status.detail, detail);
  status.proved = proved ? 1 : 0;
  if (!proved) protocol::set_text(status.remedy, remedy);
  return status;
}

bool wait_readable(int fd, short events = POLLIN, int patience_ms = kPatienceMs) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  return ::poll(&entry, 1, patience_ms) == 1;
}

/// The next message of the slot's init; nothing if it died or is silent.
template <typename Message>
std::optional<Message> next_message(int control) {
  Message message;
  if (!wait_readable(control)) return std::nullopt;
  const ssize_t got = ::recv(control, &message, sizeof message, 0);
  if (got != sizeof message) return std::nullopt;
  return message;
}

/// The init's pid as this process sees it, from the pidfd.
std::string pid_of(const sandbox::Slot& slot) {
  const auto info = sys::read_file("/proc/self/fdinfo/" + std::to_string(slot.init.fd()));
  if (!info) return {};
  const std::size_t at = info->find("Pid:");
  if (at == std::string::npos) return {};
  const std::size_t begin = info->find_first_of("0123456789", at);
  return info->substr(begin, info->find('\n', begin) - begin);
}

/// The spawner's own inode is compared with what the slot saw from inside.
bool differs(std::size_t which, const ProbeReport& report) {
  struct stat own {};
  return ::stat(sandbox::kNamespaceFiles[which], &own) == 0 && report.namespaces[which] != 0 &&
         report.namespaces[which] != own.st_ino;
}

LayerStatus prove_namespaces(const ProbeReport& report) {
  std::string shared;
  for (std::size_t i = 0; i + 1 < sandbox::kNamespaces; ++i) {
    if (!differs(i, report)) shared += std::string(" ") + sandbox::kNamespaceFiles[i];
  }
  return layer(Layer::kNamespaces, shared.empty(),
               shared.empty() ? "pid, mnt, net, ipc, uts and cgroup differ from the server's"
                              : "shared with the server:" + shared,
               "use a kernel with these namespaces enabled (CONFIG_*_NS)");
}

LayerStatus prove_user_namespace(const ProbeReport& report) {
  constexpr std::uint64_t kInitial = 0xEFFFFFFD;  // PROC_USER_INIT_INO of the kernel
  const std::uint64_t seen = report.namespaces[sandbox::kNamespaces - 1];
  const bool own = seen != 0 && seen != kInitial;
  return layer(Layer::kUserNamespace, own,
               own ? "the server's own: its root is nobody outside"
                   : "it is in the machine's own user namespace",
               "use a kernel with CONFIG_USER_NS");
}

LayerStatus prove_cgroup(const sandbox::LaunchContext& context, const sandbox::Slot& slot) {
  const auto lists = sys::read_file("/proc/" + pid_of(slot) + "/cgroup");
  std::size_t found = 0;
  for (std::size_t at = 0; lists && (at = lists->find(slot.name, at)) != std::string::npos; ++at) {
    ++found;
  }
  const std::size_t wanted = context.cgroups->v1().size() + (context.cgroups->v2() >= 0 ? 1 : 0);
  const std::string mode(to_string(context.cgroups->mode()));
  return layer(Layer::kCgroup, found >= wanted,
               "mode " + mode + ", in " + std::to_string(found) + " of " + std::to_string(wanted) +
                   " leaves" +
                   std::string(describe_birth(slot.leaf.v2() >= 0, context.born_in_leaf)),
               "make the cgroup folders writable (Delegate=yes in a systemd unit)");
}

LayerStatus prove_kill(const sandbox::Slot& slot) {
  const base::TimePoint before = std::chrono::steady_clock::now();
  const bool killed =
      slot.kill_leaf().has_value() && wait_readable(slot.init.fd(), POLLIN, kKillPatienceMs);
  base::Result<bool> populated = true;
  for (int round = 0; killed && populated && *populated && round < 100; ++round) {
    populated = slot.leaf.populated();
    if (populated && *populated && slot.leaf.v2() >= 0) {
      wait_readable(slot.handles.events.get(), POLLPRI);
    }
  }
  const auto took =
      std::chrono::duration_cast<base::Micros>(std::chrono::steady_clock::now() - before);
  return layer(Layer::kKill, killed && populated && !*populated,
               "empty " + std::to_string(took.count()) + " us after the kill",
               "use Linux 5.14 or newer with cgroup2 mounted, for cgroup.kill");
}

LayerStatus prove_removal(const sandbox::LaunchContext& context, const sandbox::Slot& slot) {
  const auto removed = slot.remove();
  const auto left = context.cgroups->leaves();
  const bool gone = left && std::ranges::find(*left, slot.name) == left->end();
  return layer(Layer::kRemoval, removed && gone,
               !removed ? removed.error().message()
               : gone   ? "the leaf was taken away"
                        : "the leaf is still there",
               "report this as a bug");
}

struct Promise {
  ProbeCheck check;
  Layer layer;
  const char* proof;
  const char* remedy;
};

constexpr Promise kPromises[] = {
    {ProbeCheck::kRoot, Layer::kRoot, "own root; /usr read-only; no host files",
     "run as root, or allow mounts for this user"},
    {ProbeCheck::kProc, Layer::kProc, "its own processes, nothing of the machine",
     "use Linux 5.8 or newer, for a /proc of processes only"},
    {ProbeCheck::kFiles, Layer::kFiles, "own tmpfs that ends at its cap with ENOSPC",
     "use a kernel with tmpfs"},
    {ProbeCheck::kPidNamespace, Layer::kProcesses, "sees and signals only its own",
     "use a kernel with pid namespaces"},
    {ProbeCheck::kNetwork, Layer::kNetwork, "no route to anywhere",
     "use a kernel with network namespaces"},
    {ProbeCheck::kDescriptors, Layer::kDescriptors, "none inherited", ""},
    {ProbeCheck::kResources, Layer::kResources, "descriptors, core dumps and locked memory end",
     "use a kernel with setrlimit"},
    {ProbeCheck::kIdentity, Layer::kIdentity, "own uid, no groups, no capabilities",
     "run as root with CAP_SETUID, CAP_SETGID and CAP_SETPCAP"},
    {ProbeCheck::kNoNewPrivs, Layer::kNoNewPrivs, "set", ""},
    {ProbeCheck::kSeccomp, Layer::kSeccomp,
     "allow-list in force: EPERM, ENOSYS, EAFNOSUPPORT as promised",
     "use a kernel with CONFIG_SECCOMP_FILTER"},
    {ProbeCheck::kTasks, Layer::kLimitTasks, "fork ends with EAGAIN at the limit",
     "enable the pids controller"},
    {ProbeCheck::kMemory, Layer::kLimitMemory, "a process over the limit is killed",
     "enable the memory controller"},
};

std::vector<LayerStatus> nothing_proved(const std::string& why) {
  std::vector<LayerStatus> layers{layer(Layer::kSlot, false, why, "see the detail; run as root")};
  for (const Promise& promise : kPromises) {
    layers.push_back(layer(promise.layer, false, "not tried", promise.remedy));
  }
  return layers;
}

std::string explain(int seen) {
  if (seen < 0) return "it was possible";
  return "unexpected: " + std::generic_category().message(seen);
}

/// Launches the probe slot and waits until it is ready.
base::Result<sandbox::Slot> launch_probe(const sandbox::LaunchContext& context, uid_t uid,
                                         int number) {
  auto slot = launch_slot(context, "probe-" + std::to_string(number), uid, {.probe = true});
  if (!slot) return slot;
  base::Error error = base::plain_error("make a slot", "", "its first process was killed at birth");
  auto limited = slot->set_caps(
      {.memory = {sandbox::kProbeMemory}, .disk = {sandbox::kProbeDisk}, .inodes = 64});
  if (limited) limited = slot->limit_tasks(sandbox::kProbeTasks);
  if (!limited) {
    error = limited.error();
  } else if (const auto ready = next_message<protocol::InitReport>(slot->control.get())) {
    const char go = 1;
    // The probe outlives the process that goes over the limit, to tell; a run does not.
    if (slot->leaf.mode() == sandbox::CgroupMode::kV2) {
      static_cast<void>(sys::write_control(slot->leaf.v2(), "memory.oom.group", "0"));
    }
    const bool told = ::send(slot->control.get(), &go, sizeof go, MSG_NOSIGNAL) == sizeof go;
    if (ready->report == protocol::Report::kReady && told) return slot;
    error = base::plain_error("set a slot up", "", protocol::failure_text(*ready));
  }
  sandbox::discard(*slot);
  return error;
}

}  // namespace

std::vector<LayerStatus> prove_layers(sandbox::LaunchContext& context, uid_t uid, bool rootless) {
  auto slot = launch_probe(context, uid, 1);
  if (!slot && context.born_in_leaf) {
    context.born_in_leaf = false;
    slot = launch_probe(context, uid, 2);
  }
  if (!slot) return nothing_proved(slot.error().message());
  auto report = next_message<ProbeReport>(slot->control.get());
  // On a machine without a network, a slot that shares it has no route either.
  if (report && !differs(sandbox::kNetNamespace, *report)) {
    report->seen[static_cast<std::size_t>(ProbeCheck::kNetwork)] = -1;
  }
  const ProbeReport nothing_seen;
  std::vector<LayerStatus> layers{prove_namespaces(report ? *report : nothing_seen),
                                  prove_cgroup(context, *slot)};
  if (rootless) layers.push_back(prove_user_namespace(report ? *report : nothing_seen));
  for (const Promise& promise : kPromises) {
    const int seen = report ? report->seen[static_cast<std::size_t>(promise.check)] : -1;
    const bool proved = report && seen == 0;
    layers.push_back(layer(promise.layer, proved,
                           !report  ? "the probe did not answer"
                           : proved ? promise.proof
                                    : explain(seen),
                           promise.remedy));
  }
  layers.push_back(prove_oom_is_told(*slot));
  layers.push_back(prove_low_cpu(*context.cgroups));
  layers.push_back(prove_kill(*slot));
  static_cast<void>(slot->init.signal(SIGKILL));
  static_cast<void>(slot->init.reap());
  layers.push_back(prove_removal(context, *slot));
  return layers;
}

}  // namespace leash::spawner
