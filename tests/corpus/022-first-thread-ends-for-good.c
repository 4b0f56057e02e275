// As before, but the thread that is left never ends: the clock ends the run.
//
// expect: cause=wall_limit stop.processes_killed=1 stop.empty=true
// limits: wall_ms=400
#include <pthread.h>
#include <stdio.h>

static void *worker(void *unused) {
  for (volatile long i = 0;;) i++;
  return unused;
}

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, worker, NULL) != 0) return 1;
  printf("ATTEMPT ok\n");
  pthread_exit(NULL);
}
