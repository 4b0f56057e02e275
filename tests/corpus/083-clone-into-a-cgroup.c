// A child is asked for with what only clone3 has: born in a cgroup, with a chosen pid, without its
// handlers. There is no clone3 in here, and none of it can be had otherwise.
//
// expect: cause=exit exit_code=0
// sees: ^into a cgroup: ENOSYS$
// sees: ^with a pid: ENOSYS$
// sees: ^as a sibling of init: (EINVAL|forked)$
// sees: ^last pid: ENOENT$
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
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  struct clone_args args = {.flags = 0x200000000ULL, .cgroup = 0, .exit_signal = SIGCHLD};
  long result = syscall(SYS_clone3, &args, sizeof args);
  printf("into a cgroup: %s\n", result < 0 ? strerrorname_np(errno) : "made");
  pid_t wanted[] = {2};
  struct clone_args chosen = {
      .exit_signal = SIGCHLD, .set_tid = (unsigned long)wanted, .set_tid_size = 1};
  result = syscall(SYS_clone3, &chosen, sizeof chosen);
  printf("with a pid: %s\n", result < 0 ? strerrorname_np(errno) : "made");
  // CLONE_PARENT: a child of this program's parent, which is the init. It reaps whatever it is
  // given.
  result = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (result == 0) _exit(0);
  printf("as a sibling of init: %s\n", result < 0 ? strerrorname_np(errno) : "forked");
  printf("last pid: %s\n",
         open("/proc/sys/kernel/ns_last_pid", O_RDWR) < 0 ? strerrorname_np(errno) : "opened");
  printf("ATTEMPT ok\n");
}
