// One line without end, in large writes and in small ones: it is streamed in pieces, no buffer
// grows until the newline comes.
//
// expect: cause=output_limit stdout_truncated=true usage.stdout_bytes>=4194304
// limits: wall_ms=20000 output_bytes=4M
// request: {"on_output_limit": "stop"}
// seconds: 60
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  static char line[1 << 20];
  printf("ATTEMPT ok\n");
  fflush(stdout);
  memset(line, 'x', sizeof line);
  for (int i = 0; i < 4096; i++) write(1, line, 7);
  for (;;) write(1, line, sizeof line);
}
