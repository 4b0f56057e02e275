// Asks to be told what everybody does with files.
//
// expect: cause=exit exit_code=0
// sees: ^fanotify_init EPERM\nfanotify_mark EPERM$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell(const char *what, long result) {
  printf("%s %s\n", what, result < 0 ? strerrorname_np(errno) : "granted");
}

int main(void) {
  tell("fanotify_init", syscall(SYS_fanotify_init, 0x200, 0));
  tell("fanotify_mark", syscall(SYS_fanotify_mark, 0, 1, 8, -100, "/"));
  printf("ATTEMPT ok\n");
}
