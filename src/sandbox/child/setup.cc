#include "sandbox/child/setup.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstring>
#include <initializer_list>

#include "sandbox/child/raw.h"

namespace leash::sandbox {
namespace {

using raw::address;

long attach_cgroups(const ChildPlan& plan) {
  for (std::size_t i = 0; i < plan.attach_count; ++i) {
    if (const long result = raw::write_all(plan.attach[i], "0", 1); result < 0) return result;
  }
  return 0;
}

long bring_loopback_up() {
  const long socket = raw::call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return socket;
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const long result = raw::call(SYS_ioctl, socket, SIOCSIFFLAGS, address(&request));
  raw::close(static_cast<int>(socket));
  return result;
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

long mount_proc() {
  const long result =
      raw::call(SYS_mount, address("proc"), address("proc"), address("proc"),
                MS_NOSUID | MS_NODEV | MS_NOEXEC, address("hidepid=invisible,subset=pid"));
  if (result < 0) return result;
  // Of a process that is not dumpable, these files belong to the machine's root, who we are not in
  // a user namespace. change_user() takes it back, before anything foreign is in here.
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

long pivot_root() {
  // The new root is stacked on the old one at the same place, then the old one is taken away.
  long result = raw::call(SYS_pivot_root, address("."), address("."));
  if (result < 0) return result;
  result = raw::call(SYS_umount2, address("."), MNT_DETACH);
  if (result < 0) return result;
  return raw::call(SYS_chdir, address("/"));
}

long enter_work_directory() {
  long result = raw::call(SYS_chdir, address(kWorkPath));
  if (result < 0) return result;
  char path[64] = {};
  result = raw::call(SYS_getcwd, address(path), sizeof path);
  if (result < 0) return result;
  return std::strcmp(path, kWorkPath) == 0 ? 0 : -ENOTDIR;
}

/// 0, 1, 2: the pipes; 3: control; 4: status; nothing else.
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

long set_limits() {
  struct Limit {
    unsigned resource;
    rlim_t value;
  };
  constexpr rlim_t kMiB = rlim_t{1} << 20;
  // No core, neither as a file nor to a program of the host: see the spawner's own limit.
  for (const Limit& limit :
       {Limit{RLIMIT_CORE, 1}, Limit{RLIMIT_NOFILE, 1024}, Limit{RLIMIT_MEMLOCK, kMiB},
        Limit{RLIMIT_MSGQUEUE, kMiB}, Limit{RLIMIT_SIGPENDING, 1024}, Limit{RLIMIT_RTPRIO, 0},
        Limit{RLIMIT_NICE, 0}, Limit{RLIMIT_STACK, 64 * kMiB}}) {
    if (const long result = lower_limit(limit.resource, limit.value); result < 0) return result;
  }
  return 0;
}

long drop_bounding_set() {
  for (int capability = 0; capability <= CAP_LAST_CAP + 8; ++capability) {
    const long result = raw::call(SYS_prctl, PR_CAPBSET_DROP, capability);
    if (result == -EINVAL) break;  // past the last one this kernel knows
    if (result < 0) return result;
  }
  long result = raw::call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  if (result < 0) return result;
  return raw::call(SYS_prctl, PR_SET_SECUREBITS,
                   SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                       SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED);
}

long change_user(uid_t uid) {
  long result = raw::call(SYS_setgroups, 0, 0);
  if (result < 0) return result;
  result = raw::call(SYS_setresgid, uid, uid, uid);
  if (result < 0) return result;
  result = raw::call(SYS_setresuid, uid, uid, uid);
  if (result < 0) return result;
  // All five sets, also where the change of uid should have emptied them; then read back.
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  result = raw::call(SYS_capset, address(&header), address(data));
  if (result < 0) return result;
  result = raw::call(SYS_capget, address(&header), address(data));
  if (result < 0) return result;
  for (const auto& set : data) {
    if ((set.effective | set.permitted | set.inheritable) != 0) return -EPERM;
  }
  uid_t ids[3] = {};
  result = raw::call(SYS_getresuid, address(ids), address(ids + 1), address(ids + 2));
  if (result < 0) return result;
  if (ids[0] != uid || ids[1] != uid || ids[2] != uid) return -EPERM;
  return raw::call(SYS_prctl, PR_SET_DUMPABLE, 0);
}

long forbid_new_privileges() {
  const long result = raw::call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1);
  if (result < 0) return result;
  return raw::call(SYS_prctl, PR_GET_NO_NEW_PRIVS) == 1 ? 0 : -EPERM;
}

long install_filter(const ChildPlan& plan) {
  struct {
    std::uint16_t length;
    const sock_filter* filter;
  } const program{plan.filter_size, plan.filter};
  long result = raw::call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, address(&program));
  if (result < 0) return result;
  result = raw::call(SYS_prctl, PR_GET_SECCOMP);
  return result == SECCOMP_MODE_FILTER ? 0 : -EPERM;
}

}  // namespace

SetupFailure set_up(const ChildPlan& plan) {
  SetupFailure failure;
  const auto step = [&failure](SetupStep name, long result) {
    if (result >= 0) return true;
    failure = {.step = name, .error = static_cast<int>(-result)};
    return false;
  };
  // In this order: what needs rights first, the rights next, the filter last.
  const bool done = step(SetupStep::kAttachCgroup, attach_cgroups(plan)) &&
                    step(SetupStep::kCgroupNamespace, raw::call(SYS_unshare, CLONE_NEWCGROUP)) &&
                    step(SetupStep::kHostname, raw::call(SYS_sethostname, address("leash"), 5)) &&
                    step(SetupStep::kLoopback, bring_loopback_up()) &&
                    step(SetupStep::kMountBox, mount_box(plan)) &&
                    step(SetupStep::kMountProc, mount_proc()) &&
                    step(SetupStep::kPivotRoot, pivot_root()) &&
                    step(SetupStep::kDescriptors, arrange_descriptors(plan)) &&
                    step(SetupStep::kLimits, set_limits()) &&
                    step(SetupStep::kCapabilities, drop_bounding_set()) &&
                    step(SetupStep::kIdentity, change_user(plan.uid)) &&
                    step(SetupStep::kWorkDirectory, enter_work_directory()) &&
                    step(SetupStep::kNoNewPrivileges, forbid_new_privileges()) &&
                    step(SetupStep::kSeccomp, install_filter(plan));
  static_cast<void>(done);
  return failure;
}

}  // namespace leash::sandbox
