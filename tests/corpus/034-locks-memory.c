// Locks more memory than it may, in every way: a locked page cannot be taken back.
//
// expect: cause=exit exit_code=0
// sees: ^mlock ENOMEM\nmlock2 ENOMEM\nmlockall ENOMEM\nMAP_LOCKED EAGAIN$
// sees: ^SHM_LOCK ENOMEM\nlimit EPERM$
// layer: identity
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { kSize = 8 << 20 };

static void tell(const char* what, long result) {
  printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "locked");
}

int main(void) {
  char* memory = mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 1, kSize);
  tell("mlock", mlock(memory, kSize));
  tell("mlock2", mlock2(memory, kSize, MLOCK_ONFAULT));
  tell("mlockall", mlockall(MCL_CURRENT | MCL_FUTURE));
  const void* locked =
      mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
  tell("MAP_LOCKED", locked == MAP_FAILED ? -1 : 0);
  const int segment = shmget(IPC_PRIVATE, kSize, IPC_CREAT | 0600);
  tell("SHM_LOCK", segment < 0 ? -1 : shmctl(segment, SHM_LOCK, NULL));
  const struct rlimit high = {.rlim_cur = 1 << 30, .rlim_max = 1 << 30};
  tell("limit", setrlimit(RLIMIT_MEMLOCK, &high));
  printf("ATTEMPT ok\n");
}
