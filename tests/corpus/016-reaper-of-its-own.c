// Makes itself the reaper of its descendants, so that orphans come to it and not to pid 1, and ends.
//
// expect: cause=exit exit_code=0 timing.run_ms<=5000
// sees: ^orphan is mine: 1$
// layer: kill
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return 1;
  int told[2];
  if (pipe(told) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) {
    if (fork() == 0) {
      setsid();
      while (getppid() == child) {
      }
      const pid_t parent = getppid();
      if (write(told[1], &parent, sizeof parent) < 0) _exit(1);
      for (;;) pause();
    }
    _exit(0);
  }
  waitpid(child, NULL, 0);
  pid_t parent = 0;
  // The orphan may have looked before it was one: it tells whose it is at last.
  if (read(told[0], &parent, sizeof parent) != sizeof parent) return 1;
  printf("orphan is mine: %d\nATTEMPT ok\n", parent == getpid() || parent == child);
  return 0;
}
