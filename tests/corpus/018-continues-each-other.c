// Eight processes without a parent-death signal send each other SIGSTOP and SIGCONT as fast as they
// can: a kill that stops first and signals then, one after the other, would race with that.
//
// expect: cause=stop stop.processes_killed=9 stop.empty=true
// layer: kill
// stop: ATTEMPT ok
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void) {
  pid_t *family = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (family == MAP_FAILED) return 1;
  for (int i = 0; i < 8; i++) {
    const pid_t child = fork();
    if (child > 0) {
      family[i] = child;
      continue;
    }
    prctl(PR_SET_PDEATHSIG, 0);
    signal(SIGCONT, SIG_IGN);
    setsid();
    for (unsigned n = i;; n++) {
      const pid_t other = family[n % 8];
      if (other <= 0 || other == getpid()) continue;
      kill(other, SIGSTOP);
      kill(other, SIGCONT);
    }
  }
  usleep(100000);  // they are at it
  printf("ATTEMPT ok\n");
  for (;;) pause();
}
