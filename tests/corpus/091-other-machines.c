// Personalities and segments of other ABIs: addresses without randomisation may be asked for,
// executable data, 32-bit behaviour, and descriptors for code of another width may not.
//
// expect: cause=exit exit_code=0
// sees: ^asked: 0$
// sees: ^personalities: EPERM x8$
// sees: ^modify_ldt: EPERM$
// sees: ^thread areas: ENOSYS x2$
// sees: ^data runs: no$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

static void ends(int number) {
  printf("data runs: no\nATTEMPT ok\n");
  fflush(stdout);
  _exit(number == SIGSEGV ? 0 : 1);
}

int main(void) {
  printf("asked: %d\n", personality(0xFFFFFFFF));
  const unsigned long kinds[] = {PER_LINUX32,
                                 READ_IMPLIES_EXEC,
                                 PER_LINUX32 | READ_IMPLIES_EXEC,
                                 MMAP_PAGE_ZERO,
                                 ADDR_COMPAT_LAYOUT,
                                 PER_SVR4,
                                 PER_BSD,
                                 UNAME26};
  int refused = 0;
  for (int i = 0; i < 8; i++) refused += personality(kinds[i]) < 0 && errno == EPERM;
  printf("personalities: EPERM x%d\n", refused);
  char space[64] = {};
  printf("modify_ldt: %s\n",
         syscall(SYS_modify_ldt, 1, space, 16) < 0 ? strerrorname_np(errno) : "done");
  refused = syscall(SYS_set_thread_area, space) < 0 && errno == ENOSYS;
  refused += syscall(SYS_get_thread_area, space) < 0 && errno == ENOSYS;
  printf("thread areas: ENOSYS x%d\n", refused);
  fflush(stdout);
  signal(SIGSEGV, ends);
  char* data = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  data[0] = (char)0xC3;
  ((void (*)(void))data)();
  printf("data runs: yes\n");
}
