// The daemon floods stdout while its leader ends: what is left in the pipe is read, no more, and the
// end comes no later for it.
//
// expect: cause=exit exit_code=3 timing.run_ms<=5000 stdout_truncated=true
// limits: output_bytes=65536
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  static char block[65536];
  memset(block, 'x', sizeof block);
  printf("ATTEMPT ok\n");
  fflush(stdout);
  int wrote[2];
  if (pipe(wrote) != 0) return 1;
  if (fork() == 0) {
    setsid();
    signal(SIGPIPE, SIG_IGN);
    for (long i = 0;; i++) {
      if (write(1, block, sizeof block) > 0 && i == 100 && write(wrote[1], "x", 1) != 1) _exit(1);
    }
  }
  char ok;
  return read(wrote[0], &ok, 1) == 1 ? 3 : 1;
}
