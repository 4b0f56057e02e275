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
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
  signal(SIGTERM, SIG_IGN);
  int *told = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (told == MAP_FAILED) return 1;
  for (;;) {
    const pid_t child = fork();
    if (child == 0) setsid();
    if (child < 0 && __atomic_fetch_add(told, 1, __ATOMIC_RELAXED) == 0) {
      printf("fork: %s\nATTEMPT ok\n", strerrorname_np(errno));
    }
  }
}
