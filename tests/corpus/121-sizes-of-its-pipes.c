// Makes its pipes as large and as small as it may, fills stdin's from nowhere, splices one into the
// other: the server never waits on any of them. Where the server's user has thousands of pipes, the
// kernel makes none larger.
//
// expect: cause=exit exit_code=0
// sees: ^largest: (1048576|-1)$
// sees: ^beyond: EPERM$
// sees: ^smallest: 4096$
// sees: ^spliced: (E[A-Z]+|0)$
// stdin: some input
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  long size = 0;
  for (int fd = 0; fd < 3; fd++) size = fcntl(fd, F_SETPIPE_SZ, 1 << 20);
  fprintf(stderr, "%ld\n", size);
  printf("largest: %ld\n", size);
  printf("beyond: %s\n", fcntl(1, F_SETPIPE_SZ, 1 << 26) < 0 ? strerrorname_np(errno) : "given");
  fflush(stdout);
  usleep(20000);
  size = fcntl(1, F_SETPIPE_SZ, 4096);
  // It can be made no smaller than what is still in it.
  while (size < 0 && errno == EBUSY) size = fcntl(1, F_SETPIPE_SZ, 4096);
  printf("smallest: %ld\n", size);
  fflush(stdout);
  fcntl(0, F_SETFL, O_NONBLOCK);
  char rest[64];
  while (read(0, rest, sizeof rest) > 0) {
  }
  const ssize_t moved = splice(0, 0, 1, 0, 4096, SPLICE_F_NONBLOCK);
  printf("spliced: %s\nATTEMPT ok\n", moved < 0 ? strerrorname_np(errno) : "0");
}
