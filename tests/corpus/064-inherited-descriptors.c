// Every descriptor number up to the limit is asked what it is: three pipes and nothing else.
//
// expect: cause=exit exit_code=0
// sees: ^open: 0 1 2$
// sees: ^kinds: pipe pipe pipe$
// layer: descriptors
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  printf("open:");
  for (int fd = 0; fd < (int)limit.rlim_max; fd++)
    if (fcntl(fd, F_GETFD) >= 0) printf(" %d", fd);
  printf("\nkinds:");
  for (int fd = 0; fd < 3; fd++) {
    struct stat info;
    fstat(fd, &info);
    printf(" %s", S_ISFIFO(info.st_mode) ? "pipe" : S_ISSOCK(info.st_mode) ? "socket" : "other");
  }
  printf("\n");
  printf("ATTEMPT ok\n");
}
