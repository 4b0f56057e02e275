// The first thread ends while another one works on: the leader is a zombie with a living thread. The
// run goes on, and its end is the end of the last thread, with its code.
//
// expect: cause=exit exit_code=7 timing.run_ms>=290
// sees: ^leader is a zombie: Z$
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *worker(void *unused) {
  char line[512] = "?)  ";
  for (int tries = 0; tries < 1000 && strrchr(line, ')')[2] != 'Z'; tries++) {
    usleep(1000);
    FILE *file = fopen("/proc/self/stat", "r");
    if (!file || !fgets(line, sizeof line, file)) exit(1);
    fclose(file);
  }
  printf("leader is a zombie: %c\nATTEMPT ok\n", strrchr(line, ')')[2]);
  usleep(300000);
  exit(7);
  return unused;
}

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, worker, NULL) != 0) return 1;
  pthread_exit(NULL);
}
