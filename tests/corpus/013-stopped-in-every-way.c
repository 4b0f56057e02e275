// Children that were stopped by each job control signal, and one that asks to be traced (refused):
// the leader leaves them as they are, and ends.
//
// expect: cause=exit exit_code=0 timing.run_ms<=5000
// sees: ^traceme: EPERM$
// sees: ^4 stopped$
// layer: kill
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  const long traced = ptrace(PTRACE_TRACEME, 0, 0, 0);
  printf("traceme: %s\n", traced < 0 ? strerrorname_np(errno) : "traced");
  const int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
  int stopped = 0;
  for (int i = 0; i < 4; i++) {
    const pid_t child = fork();
    if (child == 0) {
      setpgid(0, 0);
      raise(stops[i]);
      for (;;) pause();
    }
    int status = 0;
    if (i > 0) kill(child, SIGSTOP);  // an orphaned group ignores the others
    waitpid(child, &status, WUNTRACED);
    stopped += WIFSTOPPED(status);
  }
  printf("%d stopped\nATTEMPT ok\n", stopped);
  return 0;
}
