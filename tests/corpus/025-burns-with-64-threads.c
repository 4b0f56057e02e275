// 64 threads burn CPU time: their sum counts, whatever the wall clock says.
//
// expect: cause=cpu_limit usage.cpu_ms>=500 usage.cpu_ms<=4000 usage.peak_tasks=65
// limits: cpu_ms=500 wall_ms=30000 tasks=70
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static void *burn(void *unused) {
  for (volatile long i = 0;;) i++;
  return unused;
}

int main(void) {
  pthread_t thread;
  for (int i = 0; i < 64; i++) {
    if (pthread_create(&thread, NULL, burn, NULL) != 0) return 1;
  }
  printf("ATTEMPT ok\n");
  for (;;) pause();
}
