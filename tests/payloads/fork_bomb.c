// Forks as fast as it can, for ever; every child does the same in a session of its own.
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  if (geteuid() == 0) return 77;  // never outside a sandbox
  signal(SIGTERM, SIG_IGN);
  printf("forking\n");
  for (;;) {
    if (fork() == 0) setsid();
  }
}
