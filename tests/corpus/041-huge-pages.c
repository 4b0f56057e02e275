// Explicit huge pages come from a pool of the host: none is there for a run. Transparent ones are
// charged like small ones.
//
// expect: cause=memory_limit status=limit_exceeded usage.peak_memory_bytes<=80M
// sees: ^MAP_HUGETLB (ENOMEM|EPERM)\nSHM_HUGETLB (ENOMEM|EPERM)\nMFD_HUGETLB (ENOMEM|EPERM)$
// never: survived
// layer: limit_memory
// limits: memory_bytes=64M disk_bytes=16M
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

enum { kSize = 16 << 20 };

static void tell(const char* what, int failed) {
  printf("%s %s\n", what, failed ? strerrorname_np(errno) : "granted");
}

int main(void) {
  const int rw = PROT_READ | PROT_WRITE;
  tell("MAP_HUGETLB",
       mmap(NULL, kSize, rw, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) == MAP_FAILED);
  tell("SHM_HUGETLB", shmget(IPC_PRIVATE, kSize, IPC_CREAT | SHM_HUGETLB | 0600) < 0);
  const int fd = memfd_create("huge", MFD_HUGETLB);
  tell("MFD_HUGETLB", fd < 0 || mmap(NULL, kSize, rw, MAP_SHARED, fd, 0) == MAP_FAILED);
  printf("ATTEMPT ok\n");
  for (int i = 0; i < 64; i++) {
    char* block = mmap(NULL, kSize, rw, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return 1;
    madvise(block, kSize, MADV_HUGEPAGE);
    memset(block, 1, kSize);
  }
  printf("survived\n");
}
