// Makes threads until that is refused. Threads are tasks like processes: 31 beside the first one.
//
// expect: cause=exit exit_code=0 usage.peak_tasks=32 usage.tasks_refused>=1
// sees: ^31 threads, then EAGAIN$
// layer: limit_tasks
// limits: tasks=32
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *sleeper(void *unused) {
  for (;;) pause();
  return unused;
}

int main(void) {
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 << 10);
  for (int made = 0; made < 10000; made++) {
    pthread_t thread;
    const int error = pthread_create(&thread, &small, sleeper, NULL);
    if (!error) continue;
    printf("%d threads, then %s\nATTEMPT ok\n", made, strerrorname_np(error));
    exit(0);
  }
  return 1;
}
