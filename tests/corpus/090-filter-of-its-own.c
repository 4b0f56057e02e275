// Filters of the program's own come on top of the slot's. One that allows everything allows nothing
// more, and neither does one that asks a listener, which would answer "go on".
//
// expect: cause=exit exit_code=0
// sees: ^own filter: taken$
// sees: ^mount: EPERM$
// sees: ^listener: (taken|E[A-Z]+)$
// sees: ^unshare: EPERM$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  struct sock_filter allow[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  struct sock_filter ask[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
                              {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_unshare},
                              {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF},
                              {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
  struct sock_fprog program = {1, allow}, listener = {4, ask};
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  printf("own filter: %s\n", result == 0 ? "taken" : strerrorname_np(errno));
  printf("mount: %s\n", mount("x", "/tmp", "tmpfs", 0, 0) < 0 ? strerrorname_np(errno) : "done");
  const long fd =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &listener);
  printf("listener: %s\n", fd >= 0 ? "taken" : strerrorname_np(errno));
  // The slot's EPERM is the stronger answer: the listener is not even asked.
  printf("unshare: %s\n", unshare(CLONE_NEWUSER) < 0 ? strerrorname_np(errno) : "done");
  printf("ATTEMPT ok\n");
}
