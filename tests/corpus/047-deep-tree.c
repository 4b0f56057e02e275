// Folders in folders until there may be no more, far below any path that can be written out, with
// names as long as a name may be. The run's end takes them away like any other.
//
// expect: cause=exit exit_code=0 usage.disk_full=true timing.run_ms<=10000
// sees: ^depth over 3000: 1, ENOSPC$
// layer: files
// limits: disk_bytes=16M
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  char name[256];
  memset(name, 'd', sizeof name - 1);
  name[255] = 0;
  int depth = 0;
  while (mkdir(name, 0700) == 0 && chdir(name) == 0) depth++;
  printf("depth over 3000: %d, %s\nATTEMPT ok\n", depth > 3000, strerrorname_np(errno));
}
