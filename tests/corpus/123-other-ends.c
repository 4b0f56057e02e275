// Takes the server's ends of its own pipes by opening them again the wrong way round, and leaves
// them to a daemon, which reads away what is printed and lets no end of input come. All of that is
// its own loss, and its end is its end.
//
// expect: cause=exit exit_code=0 timing.run_ms<=10000
// sees: ^stdin to write: opened$
// sees: ^stdout to read: opened$
// sees: ^both ways: opened$
// sees: ^read from itself: x$
// sees: ^written to stdin: EBADF$
// stdin: something
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int tell(const char* what, int fd) {
  printf("%s: %s\n", what, fd < 0 ? strerrorname_np(errno) : "opened");
  return fd;
}

int main(void) {
  char byte = '?';
  const int in = tell("stdin to write", open("/proc/self/fd/0", O_WRONLY));
  tell("stdout to read", open("/proc/self/fd/1", O_RDONLY | O_NONBLOCK));
  const int both = tell("both ways", open("/dev/stderr", O_RDWR | O_NONBLOCK));
  while (read(0, &byte, 1) == 1 && byte != 'x') write(in, "x", 1);
  printf("read from itself: %c\n", byte);
  printf("written to stdin: %s\n", write(0, "x", 1) < 0 ? strerrorname_np(errno) : "1");
  printf("ATTEMPT ok\n");
  fflush(stdout);
  if (fork() == 0) {
    setsid();
    for (;;) read(both, &byte, 1), usleep(1000);
  }
}
