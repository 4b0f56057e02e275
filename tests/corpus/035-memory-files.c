// Files that are on no disk: memfds, more of them than memory. They are charged to the run.
//
// expect: cause=memory_limit status=limit_exceeded usage.peak_memory_bytes<=80M
// never: survived
// layer: limit_memory
// limits: memory_bytes=64M disk_bytes=16M
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
  static char block[1 << 20];
  memset(block, 1, sizeof block);
  printf("ATTEMPT ok\n");
  for (int i = 0; i < 512; i++) {
    const int fd = memfd_create("m", 0);
    if (fd < 0 || write(fd, block, sizeof block) != (ssize_t)sizeof block) {
      printf("survived\n");
      return 1;
    }
  }
  printf("survived\n");
}
