// Asks for every scheduling class that would starve its neighbours, and for the right to ask.
//
// expect: cause=exit exit_code=0
// sees: ^fifo EPERM\nround robin EPERM\ndeadline EPERM\nlimit EPERM\nraise nice EACCES$
// layer: identity
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};

static void tell(const char *what, long result) {
  printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "granted");
}

int main(void) {
  const struct sched_param one = {.sched_priority = 1};
  tell("fifo", sched_setscheduler(0, SCHED_FIFO, &one));
  tell("round robin", sched_setscheduler(0, SCHED_RR, &one));
  const struct attributes deadline = {.size = sizeof deadline,
                                      .policy = 6,
                                      .runtime = 900000000,
                                      .deadline = 1000000000,
                                      .period = 1000000000};
  tell("deadline", syscall(SYS_sched_setattr, 0, &deadline, 0));
  const struct rlimit high = {.rlim_cur = 99, .rlim_max = 99};
  tell("limit", setrlimit(RLIMIT_RTPRIO, &high));
  tell("raise nice", setpriority(PRIO_PROCESS, 0, -10));
  printf("ATTEMPT ok\n");
}
