// New namespaces by every call that makes or enters them: unshare and clone with each flag alone
// and with all of them, clone3, setns to one's own.
//
// expect: cause=exit exit_code=0
// sees: ^unshare: EPERM x9$
// sees: ^clone: EPERM x9$
// sees: ^clone3: ENOSYS x9$
// sees: ^setns: EPERM x8$
// sees: ^setns by pidfd: EPERM x1$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell(const char* name, const long* results, int count) {
  const char* seen = results[0] < 0 ? strerrorname_np(-results[0]) : "allowed";
  for (int i = 1; i < count; i++)
    if (results[i] != results[0]) seen = "mixed";
  printf("%s: %s x%d\n", name, seen, count);
}

static long answer(long result) {
  if (result == 0) _exit(0);
  return result < 0 ? -errno : result;
}

int main(void) {
  const unsigned flags[] = {CLONE_NEWUSER,   CLONE_NEWNS,  CLONE_NEWPID,
                            CLONE_NEWNET,    CLONE_NEWIPC, CLONE_NEWUTS,
                            CLONE_NEWCGROUP, 0x80,         0x7E020000};
  long a[9], b[9], c[9];
  for (int i = 0; i < 9; i++) {
    a[i] = syscall(SYS_unshare, flags[i]) < 0 ? -errno : 0;
    b[i] = answer(syscall(SYS_clone, flags[i] | SIGCHLD, 0, 0, 0, 0));
    struct clone_args args = {.flags = flags[i], .exit_signal = SIGCHLD};
    c[i] = answer(syscall(SYS_clone3, &args, sizeof args));
  }
  tell("unshare", a, 9);
  tell("clone", b, 9);
  tell("clone3", c, 9);
  const char* names[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"};
  for (int i = 0; i < 8; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
    const int fd = open(path, O_RDONLY);
    a[i] = setns(fd, 0) < 0 ? -errno : 0;
  }
  tell("setns", a, 8);
  const int own = (int)syscall(SYS_pidfd_open, getpid(), 0);
  a[0] = setns(own, CLONE_NEWNET | CLONE_NEWNS) < 0 ? -errno : 0;
  tell("setns by pidfd", a, 1);
  printf("ATTEMPT ok\n");
}
