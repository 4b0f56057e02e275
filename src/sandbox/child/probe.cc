#include "sandbox/child/probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): numbers only
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"

namespace leash::sandbox {
namespace {

using raw::address;

/// 0 if the call was refused with this errno, else what happened instead.
int refused_with(long result, int error) {
  if (result == -error) return 0;
  return result >= 0 ? -1 : static_cast<int>(-result);
}

template <typename... Checks>
int first_surprise(Checks... checks) {
  int surprise = 0;
  static_cast<void>(((surprise = checks, surprise == 0) && ...));
  return surprise;
}

/// 0 if there is nothing of this name, not even something that may not be opened.
int absent(const char* path) {
  const long fd = raw::open_at(AT_FDCWD, path, O_PATH | O_CLOEXEC);
  if (fd >= 0) raw::close(static_cast<int>(fd));
  return refused_with(fd, ENOENT);
}

int check_root() {
  return first_surprise(
      absent("/etc/shadow"), absent("/root"), absent("/home"), absent("/sys"), absent("/run"),
      refused_with(raw::open_at(AT_FDCWD, "/usr/leash-probe", O_WRONLY | O_CREAT, 0644), EROFS));
}

int check_proc() {
  return first_surprise(absent("/proc/sys"), absent("/proc/kallsyms"), absent("/proc/meminfo"));
}

int check_files() {
  const long fd = raw::open_at(AT_FDCWD, "/work/fill", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return static_cast<int>(-fd);
  const long result =
      raw::call(SYS_fallocate, fd, 0, 0, static_cast<long>(kProbeDisk + (1U << 20)));
  raw::close(static_cast<int>(fd));
  raw::call(SYS_unlink, address("/work/fill"));
  return refused_with(result, ENOSPC);
}

int check_pid_namespace() {
  if (raw::call(SYS_getpid) != 1) return -1;
  return first_surprise(refused_with(raw::call(SYS_kill, -1, 0), ESRCH),
                        refused_with(raw::call(SYS_kill, 2, 0), ESRCH));
}

int check_network() {
  const long fd = raw::call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return static_cast<int>(-fd);
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = __builtin_bswap16(53);
  peer.sin_addr.s_addr = __builtin_bswap32(0xC0000201);  // 192.0.2.1, TEST-NET-1
  const long result = raw::call(SYS_connect, fd, address(&peer), sizeof peer);
  raw::close(static_cast<int>(fd));
  return refused_with(result, ENETUNREACH);
}

int check_descriptors() {
  for (int fd = kStatusFd + 1; fd < kMaxDescriptors; ++fd) {
    if (const int surprise = refused_with(raw::call(SYS_fcntl, fd, F_GETFD), EBADF))
      return surprise;
  }
  return 0;
}

int check_resources() {
  rlimit core{};
  const long read = raw::call(SYS_prlimit64, 0, RLIMIT_CORE, 0, address(&core));
  return first_surprise(
      refused_with(raw::call(SYS_fcntl, kControlFd, F_DUPFD_CLOEXEC, kMaxDescriptors), EINVAL),
      read == 0 && core.rlim_max <= kMaxCore ? 0 : -1);
}

int check_identity(uid_t uid) {
  uid_t ids[6] = {};
  raw::call(SYS_getresuid, address(ids), address(ids + 1), address(ids + 2));
  raw::call(SYS_getresgid, address(ids + 3), address(ids + 4), address(ids + 5));
  for (const uid_t id : ids) {
    if (id != uid) return -1;
  }
  if (raw::call(SYS_getgroups, 0, 0) != 0) return -1;
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  raw::call(SYS_capget, address(&header), address(data));
  for (const auto& set : data) {
    if ((set.effective | set.permitted | set.inheritable) != 0) return -1;
  }
  if (raw::call(SYS_prctl, PR_CAPBSET_READ, CAP_SYS_ADMIN) != 0) return -1;
  return first_surprise(refused_with(raw::call(SYS_setresuid, 0, 0, 0), EPERM),
                        refused_with(raw::call(SYS_setgroups, 0, 0), EPERM));
}

int check_seccomp() {
  return first_surprise(refused_with(raw::call(SYS_setns, -1, 0), EPERM),
                        refused_with(raw::call(SYS_keyctl, -1), EPERM),
                        refused_with(raw::call(SYS_clone3, 0, 0), ENOSYS),
                        refused_with(raw::call(600), ENOSYS),
                        refused_with(raw::call(SYS_socket, AF_NETLINK, SOCK_RAW, 0), EAFNOSUPPORT));
}

/// Forks children that wait until they are killed; at the limit fork must say EAGAIN.
int check_tasks() {
  int surprise = -1;
  for (std::uint64_t i = 0; i < 2 * kProbeTasks; ++i) {
    const long pid = raw::call(SYS_clone, SIGCHLD);
    if (pid == 0) {
      while (true) raw::call(SYS_pause);
    }
    if (pid < 0) {
      surprise = refused_with(pid, EAGAIN);
      break;
    }
  }
  raw::call(SYS_kill, -1, SIGKILL);
  while (raw::call(SYS_wait4, -1, 0, 0, 0) > 0) {
  }
  return surprise;
}

/// A child that touches twice the limit must not live to tell.
int check_memory() {
  const long pid = raw::call(SYS_clone, SIGCHLD);
  if (pid < 0) return static_cast<int>(-pid);
  if (pid == 0) {
    constexpr std::uint64_t kSize = 2 * kProbeMemory;
    const long memory = raw::call(SYS_mmap, 0, static_cast<long>(kSize), PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096) raw::exit(1);
    auto* bytes = reinterpret_cast<volatile char*>(memory);
    for (std::uint64_t i = 0; i < kSize; i += 4096) bytes[i] = 1;
    raw::exit(0);
  }
  int status = 0;
  raw::call(SYS_wait4, pid, address(&status), 0, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : -1;
}

}  // namespace

void run_probe(const ChildPlan& plan) {
  // Not before its limits are set, which happens from outside.
  char go = 0;
  if (raw::call(SYS_read, kControlFd, address(&go), 1) != 1) raw::exit(0);
  ProbeReport report;
  const auto note = [&report](ProbeCheck check, int seen) {
    report.seen[static_cast<std::size_t>(check)] = seen;
  };
  for (std::size_t i = 0; i < kNamespaces; ++i) {
    struct stat info {};
    const long result =
        raw::call(SYS_newfstatat, AT_FDCWD, address(kNamespaceFiles[i]), address(&info), 0);
    report.namespaces[i] = result == 0 ? info.st_ino : 0;
  }
  note(ProbeCheck::kRoot, check_root());
  note(ProbeCheck::kProc, check_proc());
  note(ProbeCheck::kFiles, check_files());
  note(ProbeCheck::kPidNamespace, check_pid_namespace());
  note(ProbeCheck::kNetwork, check_network());
  note(ProbeCheck::kDescriptors, check_descriptors());
  note(ProbeCheck::kResources, check_resources());
  note(ProbeCheck::kIdentity, check_identity(plan.uid));
  note(ProbeCheck::kNoNewPrivs, raw::call(SYS_prctl, PR_GET_NO_NEW_PRIVS) == 1 ? 0 : -1);
  note(ProbeCheck::kSeccomp, check_seccomp());
  note(ProbeCheck::kTasks, check_tasks());
  note(ProbeCheck::kMemory, check_memory());
  raw::write_all(kControlFd, reinterpret_cast<const char*>(&report), sizeof report);
  // Waits for the kill that proves the last layer; leaves when the spawner does.
  char byte = 0;
  raw::call(SYS_read, kControlFd, address(&byte), 1);
  raw::exit(0);
}

}  // namespace leash::sandbox
