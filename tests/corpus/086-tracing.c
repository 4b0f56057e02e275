// Tracing in every way: of oneself by the parent, of a child, of pid 1, by attaching and by
// seizing, and the calls that read another's memory or descriptors without it. A setuid program
// gets no rights.
//
// expect: cause=exit exit_code=0
// sees: ^ptrace: EPERM x6$
// sees: ^memory of a child: EPERM$
// sees: ^of pid 1: EPERM$
// sees: ^descriptors of a child: EPERM$
// sees: ^compare: EPERM$
// sees: ^memory of pid 1 by /proc: ENOENT$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char* name_of(long result) {
  return result < 0 ? strerrorname_np(errno) : "allowed";
}

int main(void) {
  static char secret[64] = "secret";
  const pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  const long requests[][2] = {{PTRACE_TRACEME, 0},   {PTRACE_ATTACH, child},
                              {PTRACE_SEIZE, child}, {PTRACE_ATTACH, 1},
                              {PTRACE_SEIZE, 1},     {PTRACE_PEEKDATA, child}};
  int refused = 0;
  for (int i = 0; i < 6; i++)
    refused +=
        ptrace((enum __ptrace_request)requests[i][0], requests[i][1], 0, 0) < 0 && errno == EPERM;
  printf("ptrace: EPERM x%d\n", refused);
  char buffer[64];
  struct iovec local = {buffer, 64}, remote = {secret, 64};
  printf("memory of a child: %s\n", name_of(process_vm_readv(child, &local, 1, &remote, 1, 0)));
  printf("of pid 1: %s\n", name_of(process_vm_writev(1, &local, 1, &remote, 1, 0)));
  const int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
  printf("descriptors of a child: %s\n", name_of(syscall(438, pidfd, 1, 0)));
  printf("compare: %s\n", name_of(syscall(SYS_kcmp, getpid(), child, 0, 1, 1)));
  printf("memory of pid 1 by /proc: %s\n", name_of(open("/proc/1/mem", O_RDWR)));
  kill(child, SIGKILL);
  printf("ATTEMPT ok\n");
}
