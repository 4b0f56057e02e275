// Blocks every signal in every thread: SIGTERM stays pending until the grace is over.
//
// expect: cause=stop exit_code=null stop.processes_killed=1 stop.empty=true timing.run_ms>=290
// layer: kill
// stop: ATTEMPT ok
// grace: 300
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void *spin(void *unused) {
  for (volatile long i = 0;;) i++;
  return unused;
}

int main(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  pthread_t thread;
  if (pthread_create(&thread, NULL, spin, NULL) != 0) return 1;
  printf("ATTEMPT ok\n");
  for (;;) pause();
}
