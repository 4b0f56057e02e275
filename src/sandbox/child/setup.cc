#include "sandbox/child/setup.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstring>
#include <initializer_list>

#include "sandbox/child/loopback.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/rights.h"

namespace leash::sandbox {
namespace {

using raw::address;

long attach_cgroups(const ChildPlan& plan) {
  for (std::size_t i = 0; i < plan.attach_count; ++i) {
    if (const long result = raw::write_all(plan.attach[i], "0", 1); result < 0) return result;
  }
  return 0;
}

long make_cgroup_namespace(const ChildPlan& /*plan*/) {
  return raw::call(SYS_unshare, CLONE_NEWCGROUP);
}

long set_host_name(const ChildPlan& /*plan*/) {
  return raw::call(SYS_sethostname, address("leash"), 5);
}

/// One that was used before has its loopback up.
long set_network_up(const ChildPlan& plan) {
  if (plan.network < 0) return bring_loopback_up();
  return raw::call(SYS_setns, plan.network, CLONE_NEWNET);
}

/// The root template becomes the current directory; all paths below are relative to it.
long mount_box(const ChildPlan& plan) {
  if (const long result = raw::call(SYS_chdir, address(plan.root)); result < 0) return result;
  long result = raw::call(SYS_move_mount, plan.box, address(""), AT_FDCWD, address("box"),
                          MOVE_MOUNT_F_EMPTY_PATH);
  if (result < 0) return result;
  struct Bind {
    const char* source;
    const char* target;
  };
  for (const Bind& bind :
       {Bind{"box/work", "work"}, Bind{"box/tmp", "tmp"}, Bind{"box/shm", "dev/shm"}}) {
    result = raw::call(SYS_mount, address(bind.source), address(bind.target), 0, MS_BIND, 0);
    if (result < 0) return result;
  }
  return raw::call(SYS_umount2, address("box"), MNT_DETACH);
}

long mount_proc(const ChildPlan& plan) {
  const char* options = plan.layers.has(Layer::kProc) ? "hidepid=invisible,subset=pid" : "";
  const long result = raw::call(SYS_mount, address("proc"), address("proc"), address("proc"),
                                MS_NOSUID | MS_NODEV | MS_NOEXEC, address(options));
  if (result < 0) return result;
  // Of a process that is not dumpable, these files belong to the machine's root, who we are not in
  // a user namespace. hide_from_others() takes it back, before anything foreign is in here.
  if (const long set = raw::call(SYS_prctl, PR_SET_DUMPABLE, 1); set < 0) return set;
  // The run's processes go first when the machine, not the run, is out of memory. Read-only from
  // then on: without CAP_SYS_RESOURCE here, the kernel would let them take that back.
  const long file = raw::open_at(AT_FDCWD, "proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return file;
  const long written = raw::write_all(static_cast<int>(file), "500", 3);
  raw::close(static_cast<int>(file));
  if (written < 0) return written;
  constexpr long kReadOnly = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return raw::call(SYS_mount, 0, address("proc"), 0, kReadOnly, 0);
}

long pivot_root(const ChildPlan& plan) {
  if (std::strcmp(plan.root, "/") == 0) return 0;  // who cloned it is there already
  // The new root is stacked on the old one at the same place, then the old one is taken away.
  long result = raw::call(SYS_pivot_root, address("."), address("."));
  if (result < 0) return result;
  result = raw::call(SYS_umount2, address("."), MNT_DETACH);
  if (result < 0) return result;
  return raw::call(SYS_chdir, address("/"));
}

long enter_work_directory(const ChildPlan& /*plan*/) {
  long result = raw::call(SYS_chdir, address(kWorkPath));
  if (result < 0) return result;
  char path[64] = {};
  result = raw::call(SYS_getcwd, address(path), sizeof path);
  if (result < 0) return result;
  return std::strcmp(path, kWorkPath) == 0 ? 0 : -ENOTDIR;
}

/// 0, 1, 2: the pipes; 3: control; 4: status.
long arrange_descriptors(const ChildPlan& plan) {
  // Above all targets first, so that none is overwritten before it was copied.
  constexpr int kAbove = 64;
  const int sources[] = {plan.stdin_fd, plan.stdout_fd, plan.stderr_fd, plan.control, plan.status};
  long copies[5] = {};
  for (int i = 0; i < 5; ++i) {
    copies[i] = raw::call(SYS_fcntl, sources[i], F_DUPFD, kAbove);
    if (copies[i] < 0) return copies[i];
  }
  for (int i = 0; i < 5; ++i) {
    const int flags = i >= kControlFd ? O_CLOEXEC : 0;
    const long result = raw::call(SYS_dup3, copies[i], i, flags);
    if (result < 0) return result;
  }
  return 0;
}

long close_other_descriptors(const ChildPlan& /*plan*/) {
  return raw::call(SYS_close_range, kStatusFd + 1, ~0U, 0);
}

/// Limits are only ever lowered: without CAP_SYS_RESOURCE a raise would fail.
long lower_limit(unsigned resource, rlim_t value) {
  rlimit limit{};
  long result = raw::call(SYS_prlimit64, 0, resource, 0, address(&limit));
  if (result < 0) return result;
  if (limit.rlim_max > value) limit.rlim_max = value;
  if (limit.rlim_cur > limit.rlim_max || resource != RLIMIT_STACK) limit.rlim_cur = limit.rlim_max;
  return raw::call(SYS_prlimit64, 0, resource, address(&limit), 0);
}

long set_limits(const ChildPlan& /*plan*/) {
  struct Limit {
    unsigned resource;
    rlim_t value;
  };
  constexpr rlim_t kMiB = rlim_t{1} << 20;
  for (const Limit& limit :
       {Limit{RLIMIT_CORE, kMaxCore}, Limit{RLIMIT_NOFILE, kMaxDescriptors},
        Limit{RLIMIT_MEMLOCK, kMiB}, Limit{RLIMIT_MSGQUEUE, kMiB}, Limit{RLIMIT_SIGPENDING, 1024},
        Limit{RLIMIT_RTPRIO, 0}, Limit{RLIMIT_NICE, 0}, Limit{RLIMIT_STACK, 64 * kMiB}}) {
    if (const long result = lower_limit(limit.resource, limit.value); result < 0) return result;
  }
  return 0;
}

/// One call of the set-up, and the layer without which it is left out.
struct Part {
  SetupStep step;
  Layer layer;
  long (*put_up)(const ChildPlan& plan);
};

// In this order: what needs rights first, the rights next, the filter last.
constexpr Part kParts[] = {
    {SetupStep::kAttachCgroup, Layer::kCgroup, attach_cgroups},
    {SetupStep::kCgroupNamespace, Layer::kNamespaces, make_cgroup_namespace},
    {SetupStep::kHostname, Layer::kNamespaces, set_host_name},
    {SetupStep::kNetwork, Layer::kNetwork, set_network_up},
    {SetupStep::kMountBox, Layer::kSlot, mount_box},
    {SetupStep::kMountProc, Layer::kSlot, mount_proc},
    {SetupStep::kPivotRoot, Layer::kSlot, pivot_root},
    {SetupStep::kDescriptors, Layer::kSlot, arrange_descriptors},
    {SetupStep::kDescriptors, Layer::kDescriptors, close_other_descriptors},
    {SetupStep::kLimits, Layer::kResources, set_limits},
    {SetupStep::kSeccomp, Layer::kSeccomp, install_filter_early},
    {SetupStep::kCapabilities, Layer::kIdentity, drop_bounding_set},
    {SetupStep::kIdentity, Layer::kIdentity, change_user},
    {SetupStep::kIdentity, Layer::kSlot, hide_from_others},
    {SetupStep::kWorkDirectory, Layer::kSlot, enter_work_directory},
    {SetupStep::kNoNewPrivileges, Layer::kNoNewPrivs, forbid_new_privileges},
    {SetupStep::kSeccomp, Layer::kSeccomp, install_filter},
};

}  // namespace

SetupFailure set_up(const ChildPlan& plan) {
  for (const Part& part : kParts) {
    if (!plan.layers.has(part.layer)) continue;
    const long result = part.put_up(plan);
    if (result < 0) return {.step = part.step, .error = static_cast<int>(-result)};
  }
  return {};
}

}  // namespace leash::sandbox
