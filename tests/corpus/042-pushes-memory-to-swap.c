// Asks the kernel to move its pages out, again and again, and takes more: swap is no way around the
// limit.
//
// expect: cause=memory_limit status=limit_exceeded usage.peak_memory_bytes<=80M
// never: survived|VmSwap:\s+[1-9]
// layer: limit_memory
// limits: memory_bytes=64M disk_bytes=16M
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

static void tell_swap(void) {
  char line[256];
  FILE* file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file)) {
    if (strncmp(line, "VmSwap:", 7) == 0) fputs(line, stdout);
  }
  if (file) fclose(file);
}

int main(void) {
  enum { kSize = 4 << 20 };
  printf("ATTEMPT ok\n");
  for (int i = 0; i < 64; i++) {
    char* block = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(block, i + 1, kSize);
    madvise(block, kSize, MADV_PAGEOUT);
    tell_swap();
  }
  printf("survived\n");
}
