// Forks as fast as it can, for ever; every child does the same in a session of its own and ignores
// what it may. The tasks limit refuses the forks with EAGAIN, the clock ends all of it.
//
// expect: cause=wall_limit usage.peak_tasks=32 usage.tasks_refused>=1 stop.empty=true
// sees: ^fork: EAGAIN$
// layer: limit_tasks
// limits: wall_ms=700 tasks=32
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  signal(SIGTERM, SIG_IGN);
  const pid_t first = getpid();
  int told = 0;
  for (;;) {
    const pid_t child = fork();
    if (child == 0) setsid();
    if (child < 0 && getpid() == first && !told++) {
      printf("fork: %s\nATTEMPT ok\n", strerrorname_np(errno));
    }
  }
}
