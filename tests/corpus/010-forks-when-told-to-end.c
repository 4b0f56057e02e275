// On SIGTERM it forks a thousand children, each in a session of its own.
//
// expect: cause=stop exit_code=null stop.processes_killed>=1000 stop.empty=true usage.peak_tasks>=1000
// sees: ^1000 children, all ignoring SIGTERM$
// layer: kill
// limits: tasks=1010 memory_bytes=1G wall_ms=30000
// stop: ATTEMPT ok
// grace: 4000
// seconds: 60
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void multiply(int number) {
  (void)number;
  int made = 0;
  for (int i = 0; i < 1000; i++) {
    const pid_t child = fork();
    if (child == 0) {
      setsid();
      signal(SIGTERM, SIG_IGN);
      for (;;) pause();
    }
    made += child > 0;
  }
  printf("%d children, all ignoring SIGTERM\n", made);
}

int main(void) {
  signal(SIGTERM, multiply);
  printf("ATTEMPT ok\n");
  for (;;) pause();
}
