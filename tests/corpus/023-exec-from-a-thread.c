// A thread that is not the first one executes a new image: it takes over the leader's pid. The end of
// that image is the end of the run, and its code is the code.
//
// expect: cause=exit exit_code=5
// sees: ^pid as before: 1$
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *worker(void *arguments) {
  execv("/proc/self/exe", arguments);
  return NULL;
}

int main(int count, char **arguments) {
  (void)count;
  char number[32];
  if (getenv("FIRST_PID")) {
    printf("pid as before: %d\nATTEMPT ok\n", atoi(getenv("FIRST_PID")) == getpid());
    return 5;
  }
  snprintf(number, sizeof number, "%d", (int)getpid());
  setenv("FIRST_PID", number, 1);
  pthread_t thread;
  if (pthread_create(&thread, NULL, worker, arguments) != 0) return 1;
  for (;;) pause();
}
