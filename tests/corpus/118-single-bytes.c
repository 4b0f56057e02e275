// Single bytes as fast as they can be written: they are joined to pieces before they become events.
//
// expect: cause=wall_limit stop.empty=true usage.stdout_bytes>=10000
// limits: wall_ms=1500 output_bytes=64M
// seconds: 60
#include <stdio.h>
#include <unistd.h>

int main(void) {
  printf("ATTEMPT ok\n");
  fflush(stdout);
  for (;;) write(1, "z", 1);
}
