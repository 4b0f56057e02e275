// Typing into a terminal, and taking it over: the requests are refused by their number, on any
// descriptor and in any spelling; and there is no terminal to be had.
//
// expect: cause=exit exit_code=0
// sees: ^TIOCSTI: EPERM$
// sees: ^TIOCLINUX: EPERM$
// sees: ^TIOCSETD: EPERM$
// sees: ^TIOCCONS: EPERM$
// sees: ^/dev/tty: E(NXIO|NOENT)$
// sees: ^/dev/ptmx: ENOENT$
// sees: ^/dev/console: ENOENT$
// sees: ^controlling one: ENOTTY$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  const struct {
    const char* name;
    unsigned long request;
  } requests[] = {{"TIOCSTI", TIOCSTI},
                  {"TIOCLINUX", TIOCLINUX},
                  {"TIOCSETD", TIOCSETD},
                  {"TIOCCONS", TIOCCONS}};
  for (int i = 0; i < 4; i++) {
    const char* worst = "EPERM";
    for (int fd = 0; fd < 3; fd++) {
      for (unsigned long high = 0; high <= 1UL << 33; high += 1UL << 32) {
        char text[] = "x";
        const long result = syscall(SYS_ioctl, fd, requests[i].request | high, text);
        if (result >= 0)
          worst = "done";
        else if (errno != EPERM)
          worst = strerrorname_np(errno);
      }
    }
    printf("%s: %s\n", requests[i].name, worst);
  }
  for (const char* const* path = (const char* const[]){"/dev/tty", "/dev/ptmx", "/dev/console", 0};
       *path; path++)
    printf("%s: %s\n", *path, open(*path, O_RDWR) < 0 ? strerrorname_np(errno) : "opened");
  printf("controlling one: %s\n", ioctl(0, TIOCSCTTY, 1) < 0 ? strerrorname_np(errno) : "had");
  printf("ATTEMPT ok\n");
}
