/* mawk, the awk of Debian, reads a pipe in whole blocks: in `slow | awk ...` nothing comes out
 * before 4 KiB went in. It reads by lines only if its stdin is a terminal, for which it asks
 * isatty(0). So for mawk, and for nobody else, a pipe is a terminal here. For all others this is
 * what isatty() of glibc does. */

#include <errno.h> /* program_invocation_short_name, from argv[0] */
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int is_mawk(void) {
  const char* name = program_invocation_short_name;
  return strcmp(name, "awk") == 0 || strcmp(name, "mawk") == 0 || strcmp(name, "nawk") == 0;
}

static int is_pipe(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

__attribute__((visibility("default"))) int isatty(int fd) {
  struct termios settings;
  if (fd == 0 && is_mawk() && is_pipe(fd)) return 1;
  return tcgetattr(fd, &settings) == 0;
}
