// Replaces itself by itself without end: memory, threads and arguments are new each time, the pid
// stays, and so does what the run is known by.
//
// expect: cause=stop stop.processes_killed=1 stop.empty=true
// sees: ^200 images, pid as before: 1$
// layer: kill
// stop: ATTEMPT ok
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
  (void)count;
  const char *so_far = getenv("IMAGES");
  const int images = so_far ? atoi(so_far) : 0;
  char number[32];
  snprintf(number, sizeof number, "%d", (int)getpid());
  if (images == 0) setenv("FIRST_PID", number, 1);
  if (images == 200) {
    printf("200 images, pid as before: %d\nATTEMPT ok\n", atoi(getenv("FIRST_PID")) == getpid());
  }
  snprintf(number, sizeof number, "%d", images + 1);
  setenv("IMAGES", number, 1);
  execv("/proc/self/exe", arguments);
  return 1;
}
