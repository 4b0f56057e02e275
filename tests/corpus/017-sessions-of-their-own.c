// Twenty children in sessions and groups of their own, each with a child that left its group again:
// a stop finds them all, without a list of anything the program could change.
//
// expect: cause=stop stop.processes_killed=41 stop.empty=true usage.peak_tasks=41
// layer: kill
// stop: ATTEMPT ok
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  int up[2];
  if (pipe(up) != 0) return 1;
  for (int i = 0; i < 20; i++) {
    if (fork() > 0) continue;
    setsid();
    signal(SIGTERM, SIG_IGN);
    if (fork() == 0) setpgid(0, 0);
    if (write(up[1], "x", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char ok;
  for (int i = 0; i < 40; i++) {
    if (read(up[0], &ok, 1) != 1) return 1;
  }
  printf("ATTEMPT ok\n");
  for (;;) pause();
}
