// A child offers itself to the kernel's OOM killer and takes all memory. Its parent sees it die,
// says so and ends well, at once: the run still ends as memory_limit, since a process of it did.
//
// expect: cause=memory_limit status=limit_exceeded
// layer: memory_events
// limits: memory_bytes=64M disk_bytes=16M wall_ms=20000
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  printf("ATTEMPT ok\n");
  const pid_t child = fork();
  if (child == 0) {
    FILE* file = fopen("/proc/self/oom_score_adj", "w");
    if (file) {
      fputs("1000", file);
      fclose(file);
    }
    for (;;) memset(malloc(1 << 20), 1, 1 << 20);
  }
  int status = 0;
  waitpid(child, &status, 0);
  _exit(WIFSIGNALED(status) ? 0 : 1);
}
