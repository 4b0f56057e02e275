// Children end at once and nobody waits for them: each zombie is a task until the run ends.
//
// expect: cause=exit exit_code=0 usage.peak_tasks=32 usage.tasks_refused>=1
// sees: ^31 zombies, then EAGAIN$
// layer: limit_tasks
// limits: tasks=32
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int made = 0;
  for (pid_t child; (child = fork()) >= 0; made++) {
    if (child == 0) _exit(0);
  }
  const int error = errno;
  siginfo_t ended;
  int zombies = 0;
  for (int i = 0; i < made; i++) {  // each has ended, and stays to be waited for
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) == 0) zombies++;
  }
  printf("%d zombies, then %s\nATTEMPT ok\n", zombies, strerrorname_np(error));
  return made != zombies;
}
