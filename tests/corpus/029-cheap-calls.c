// Two threads for each processor do nothing but the cheapest system call: whoever watches the run must
// still get its turn when the clock says so.
//
// expect: cause=wall_limit timing.run_ms>=990 timing.run_ms<=3000
// limits: wall_ms=1000
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *call(void *unused) {
  for (;;) syscall(SYS_getpid);
  return unused;
}

int main(void) {
  pthread_t thread;
  for (long i = 0; i < 2 * sysconf(_SC_NPROCESSORS_ONLN); i++) {
    if (pthread_create(&thread, NULL, call, NULL) != 0) return 1;
  }
  printf("ATTEMPT ok\n");
  call(NULL);
}
