// Calls itself without end: that is the program's own fault, a signal, not a limit of the run.
//
// expect: cause=exit status=signaled signal=SIGSEGV exit_code=null
#include <stdio.h>

static int deeper(volatile int* above) {
  volatile int here = above ? *above + 1 : 0;
  return deeper(&here) + here;
}

int main(void) {
  printf("ATTEMPT ok\n");
  return deeper(NULL);
}
