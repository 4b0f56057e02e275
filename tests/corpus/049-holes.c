// Allocates past the cap, punches holes and fills them again, moves and collapses ranges, without end.
//
// expect: cause=wall_limit stop.empty=true usage.peak_memory_bytes<=96M
// sees: ^whole cap twice: ENOSPC$
// layer: files
// limits: disk_bytes=16M memory_bytes=64M wall_ms=500
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  static char block[1 << 20];
  memset(block, 'h', sizeof block);
  const int fd = open("/work/holes", O_CREAT | O_RDWR, 0600);
  const int failed = fallocate(fd, 0, 0, 32 << 20) != 0;
  printf("whole cap twice: %s\nATTEMPT ok\n", failed ? strerrorname_np(errno) : "granted");
  for (long at = 0;; at = (at + 4096 * 3) % (12 << 20)) {
    if (pwrite(fd, block, sizeof block, at) < 0 && errno != ENOSPC) return 1;
    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, 1 << 19);
    fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096);
    fallocate(fd, FALLOC_FL_KEEP_SIZE, 64 << 20, 4096);
  }
}
