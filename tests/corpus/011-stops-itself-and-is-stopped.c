// A child sees that its parent was stopped by SIGSTOP, then stops itself too: a stop of the run needs
// neither of them to go on.
//
// expect: cause=stop stop.processes_killed=2 stop.empty=true timing.run_ms<=5000
// layer: kill
// stop: ATTEMPT ok
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char state_of(pid_t pid) {
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file || !fgets(line, sizeof line, file)) return '?';
  fclose(file);
  return strrchr(line, ')')[2];
}

int main(void) {
  const pid_t parent = getpid();
  if (fork() == 0) {
    while (state_of(parent) != 'T') usleep(1000);
    printf("ATTEMPT ok\n");
    raise(SIGSTOP);
    printf("continued\n");
  }
  raise(SIGSTOP);
  printf("continued\n");
}
