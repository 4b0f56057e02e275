// A daemon that keeps stdout and stderr open for a minute after its leader has ended.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  printf("leader ends\n");
  fflush(stdout);
  if (fork() == 0) {
    setsid();
    if (fork() == 0) sleep(60);
    _exit(0);
  }
  return 0;
}
