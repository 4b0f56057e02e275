// Landlock rules are stacked until the kernel takes no more: that only takes rights away, and costs
// a bounded amount.
//
// expect: cause=exit exit_code=0
// sees: ^stacked: (16, E2BIG|0, E[A-Z]+)$
// sees: ^mount: EPERM$
#define _GNU_SOURCE
#include <errno.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  const struct landlock_ruleset_attr rules = {.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_BLOCK};
  int stacked = 0;
  long result = 0;
  while (stacked < 1000) {
    const int set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    result = set < 0 ? -1 : syscall(SYS_landlock_restrict_self, set, 0);
    const int error = errno;
    if (set >= 0) close(set);
    errno = error;
    if (result < 0) break;
    stacked++;
  }
  printf("stacked: %d, %s\n", stacked, result < 0 ? strerrorname_np(errno) : "no end");
  printf("mount: %s\n", mount("x", "/tmp", "tmpfs", 0, 0) < 0 ? strerrorname_np(errno) : "done");
  printf("ATTEMPT ok\n");
}
