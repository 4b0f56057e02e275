// A daemon of the book: two forks, a session of its own, nothing kept open. The run ends when its
// leader does, and the daemon with it.
//
// expect: cause=exit exit_code=0 stop=null timing.run_ms<=5000
// layer: kill
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  int ready[2];
  if (pipe(ready) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    if (fork() > 0) _exit(0);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    if (chdir("/") != 0) _exit(1);
    for (int fd = 0; fd < 3; fd++) close(fd);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    close(ready[0]);
    close(ready[1]);
    for (;;) pause();
  }
  char ok;
  if (waitpid(child, NULL, 0) != child || read(ready[0], &ok, 1) != 1) return 1;
  printf("ATTEMPT ok\n");
  return 0;
}
