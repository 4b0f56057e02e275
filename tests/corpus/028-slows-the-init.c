// The first process of the slot, which tells of the program's end, has the run's uid: slowed down,
// among many who spin, it would tell so late that the clock says something else.
//
// expect: cause=exit exit_code=7
// sees: ^class EPERM\nparameter EPERM\nattributes EPERM\naffinity EPERM\nnice EPERM\nnice of all EPERM\nown nice granted$
// limits: wall_ms=6000
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell(const char *what, long result) {
  printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "granted");
}

int main(void) {
  const struct sched_param none = {0};
  const uint64_t idle[6] = {48 | (uint64_t)SCHED_IDLE << 32};
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  tell("class", sched_setscheduler(1, SCHED_IDLE, &none));
  tell("parameter", sched_setparam(1, &none));
  tell("attributes", syscall(SYS_sched_setattr, 1, idle, 0));
  tell("affinity", sched_setaffinity(1, sizeof first, &first));
  tell("nice", setpriority(PRIO_PROCESS, 1, 19));
  tell("nice of all", setpriority(PRIO_USER, 0, 19));
  tell("own nice", setpriority(PRIO_PROCESS, 0, 1));
  printf("ATTEMPT ok\n");
  fflush(stdout);
  for (int child = 0; child < 30; ++child) {
    if (fork() == 0) {
      while (1) {
      }
    }
  }
  usleep(100000);
  return 7;
}
