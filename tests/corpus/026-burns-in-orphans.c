// The same, but nobody of the run waits for them: orphans of orphans, reaped by pid 1.
//
// expect: cause=cpu_limit usage.cpu_ms>=500 usage.cpu_ms<=4000
// limits: cpu_ms=500 wall_ms=30000
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  printf("ATTEMPT ok\n");
  for (;;) {
    int done[2];
    if (pipe(done) != 0) return 1;
    if (fork() == 0) {
      if (fork() == 0) {
        while (clock() < CLOCKS_PER_SEC / 50) {
        }
        _exit(0);
      }
      _exit(0);
    }
    wait(NULL);
    close(done[1]);
    char nothing;
    if (read(done[0], &nothing, 1) != 0) return 1;  // until the orphan has ended
    close(done[0]);
  }
}
