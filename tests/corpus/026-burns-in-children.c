// Children that burn 20 ms each and end: no process ever has much CPU time, their sum has.
//
// expect: cause=cpu_limit usage.cpu_ms>=500 usage.cpu_ms<=4000
// limits: cpu_ms=500 wall_ms=30000
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  printf("ATTEMPT ok\n");
  for (int i = 0; i < 500; i++) {
    if (fork() == 0) {
      while (clock() < CLOCKS_PER_SEC / 50) {
      }
      _exit(0);
    }
    wait(NULL);
  }
  printf("10 s of CPU time and nobody minded\n");
}
