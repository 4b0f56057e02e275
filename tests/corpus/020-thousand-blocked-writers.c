// A thousand processes, each blocked in a write to a full pipe, when the stop comes.
//
// expect: cause=stop stop.processes_killed=1001 stop.empty=true stop.empty_us<=3000000
// layer: kill
// limits: tasks=1010 memory_bytes=1G wall_ms=60000
// stop: ATTEMPT ok
// seconds: 60
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  static char block[65536];
  int full[2], up[2];
  if (pipe(full) != 0 || pipe(up) != 0) return 1;
  if (write(full[1], block, sizeof block) != sizeof block) return 1;
  for (int i = 0; i < 1000; i++) {
    const pid_t child = fork();
    if (child < 0) return 2;
    if (child > 0) continue;
    setsid();
    if (write(up[1], "x", 1) != 1) _exit(1);
    if (write(full[1], "x", 1) == 1) _exit(1);
  }
  char ok;
  for (int i = 0; i < 1000; i++) {
    if (read(up[0], &ok, 1) != 1) return 3;
  }
  printf("ATTEMPT ok\n");
  for (;;) pause();
}
