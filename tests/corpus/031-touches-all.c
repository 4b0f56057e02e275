// Takes memory and touches it until it dies of that. The kernel's SIGKILL is never told as a
// signal, and no more than memory and files together was ever held.
//
// expect: cause=memory_limit status=limit_exceeded exit_code=null usage.peak_memory_bytes>=64M usage.peak_memory_bytes<=80M
// never: survived
// layer: limit_memory
// limits: memory_bytes=64M disk_bytes=16M
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  printf("ATTEMPT ok\n");
  for (int i = 0; i < 4096; i++) {
    char* block = malloc(1 << 20);
    if (!block) {
      printf("survived: refused after %d MiB\n", i);
      return 1;
    }
    memset(block, 1, 1 << 20);
  }
  printf("survived\n");
}
