// Requests to devices and sockets that change the machine or make the kernel load a module, on
// every descriptor there is: file system flags, sealed devices, bridges and VLANs, the random pool.
//
// expect: cause=exit exit_code=0
// sees: ^bridges and VLANs: EPERM x8$
// sees: ^random pool: E(PERM|NOTTY|BADF|INVAL) x3$
// sees: ^done: none$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  static char space[8192];
  const int inet = socket(AF_INET, SOCK_DGRAM, 0);
  const unsigned long requests[] = {0x8940, 0x8941, 0x8982, 0x8983, 0x89A0, 0x89A1, 0x89A2, 0x89A3};
  int refused = 0;
  for (int i = 0; i < 8; i++) refused += ioctl(inet, requests[i], space) < 0 && errno == EPERM;
  printf("bridges and VLANs: EPERM x%d\n", refused);
  const int pool = open("/dev/random", O_RDWR);
  const char* seen = 0;
  refused = 0;
  const unsigned long pool_requests[] = {RNDADDTOENTCNT, RNDZAPENTCNT, RNDCLEARPOOL};
  int amount[4] = {1 << 20};
  for (int i = 0; i < 3; i++) {
    if (ioctl(pool, pool_requests[i], amount) < 0) refused++, seen = strerrorname_np(errno);
  }
  printf("random pool: %s x%d\n", seen ? seen : "done", refused);
  const unsigned long harmful[] = {FITRIM,    FIFREEZE,        FITHAW, BLKROSET,
                                   BLKFLSBUF, FS_IOC_SETFLAGS, 0x5382, 0x1261};
  const char* paths[] = {"/",           "/usr",      "/usr/bin/env", "/dev/null", "/dev/urandom",
                         "/etc/passwd", "/opt/leash"};
  int done = 0;
  for (unsigned p = 0; p < sizeof paths / sizeof *paths; p++) {
    const int fd = open(paths[p], O_RDONLY);
    for (unsigned i = 0; i < sizeof harmful / sizeof *harmful; i++) {
      int flags = 0x10;
      if (ioctl(fd, harmful[i], &flags) == 0)
        done++, printf("done: %lx on %s\n", harmful[i], paths[p]);
    }
  }
  if (!done) printf("done: none\n");
  printf("ATTEMPT ok\n");
}
