// Double fork, setsid, closed descriptors: the classic daemon. It carries the marker of its argv.
// The leader waits until the daemon lives, prints its line and ends.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  int alive[2];
  if (pipe(alive) != 0) return 1;
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    if (write(alive[1], "a", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte;
  if (read(alive[0], &byte, 1) != 1) return 1;
  printf("daemon lives\n");
  return 0;
}
