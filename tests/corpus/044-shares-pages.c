// Asks for its pages to be merged with equal ones of others, which would tell it what they hold.
//
// expect: cause=exit exit_code=0
// sees: ^madvise EPERM\nprctl EPERM$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif

int main(void) {
  enum { kSize = 4 << 20 };
  char* block = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(block, 7, kSize);
  const int advised = madvise(block, kSize, MADV_MERGEABLE);
  printf("madvise %s\n", advised < 0 ? strerrorname_np(errno) : "granted");
  const int merged = prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0);
  printf("prctl %s\n", merged < 0 ? strerrorname_np(errno) : "granted");
  if (madvise(block, kSize, MADV_DONTFORK) != 0 || madvise(block, kSize, MADV_WIPEONFORK) != 0) {
    return 1;
  }
  printf("ATTEMPT ok\n");
}
