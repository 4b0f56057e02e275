// Stops itself with SIGSTOP, which cannot be caught: a stopped process takes no other signal than
// SIGKILL. The wall clock ends it all the same.
//
// expect: cause=wall_limit stop.processes_killed=1 stop.empty=true
// layer: kill
// limits: wall_ms=300
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  printf("ATTEMPT ok\n");
  kill(getpid(), SIGSTOP);
  printf("continued\n");
}
