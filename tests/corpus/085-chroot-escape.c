// The classic: keep a descriptor of a folder, chroot below it, go up from the descriptor. It ends
// at chroot, which needs a right that nobody has in here.
//
// expect: cause=exit exit_code=0
// sees: ^chroot: EPERM$
// sees: ^above: the own root$
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  struct stat before, after;
  stat("/", &before);
  const int kept = open("/", O_RDONLY | O_DIRECTORY);
  mkdir("/tmp/below", 0755);
  printf("chroot: %s\n", chroot("/tmp/below") < 0 ? strerrorname_np(errno) : "done");
  fchdir(kept);
  for (int i = 0; i < 100; i++) chdir("..");
  chroot(".");
  stat(".", &after);
  printf("above: %s\n",
         before.st_ino == after.st_ino && before.st_dev == after.st_dev ? "the own root" : "out");
  printf("ATTEMPT ok\n");
}
