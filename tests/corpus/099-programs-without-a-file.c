// A program that is in no file system: written to a memory file and executed from it. It is
// allowed, and has what any program of the run has. Memory that even the kernel cannot look into is
// not given.
//
// expect: cause=exit exit_code=0
// sees: ^secret memory: ENOSYS$
// sees: ^executed: NoNewPrivs:\s1$
// sees: ^executed: Seccomp:\s2$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  printf("secret memory: %s\n", syscall(447, 0) < 0 ? strerrorname_np(errno) : "given");
  printf("ATTEMPT ok\n");
  fflush(stdout);
  const int file = memfd_create("program", 0), grep = open("/usr/bin/grep", O_RDONLY);
  while (sendfile(file, grep, 0, 1 << 20) > 0) {
  }
  char *argv[] = {"grep", "-E", "NoNewPrivs|Seccomp:", "/proc/self/status", 0}, *envp[] = {0};
  int ends[2];
  pipe(ends);
  if (fork() == 0) {
    dup2(ends[1], 1);
    syscall(SYS_execveat, file, "", argv, envp, AT_EMPTY_PATH);
    printf("not executed: %s\n", strerrorname_np(errno));
    fflush(stdout);
    _exit(1);
  }
  close(ends[1]);
  FILE* lines = fdopen(ends[0], "r");
  char line[256];
  while (fgets(line, sizeof line, lines)) printf("executed: %s", line);
}
