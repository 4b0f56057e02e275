// Arguments that the kernel takes as 32 bits are given with something in their upper half, which a
// filter that compares 64 bits would not recognize: they are refused as without it.
//
// expect: cause=exit exit_code=0
// sees: ^socket: EAFNOSUPPORT$
// sees: ^socket protocol: EPROTONOSUPPORT$
// sees: ^ioctl: EPERM$
// sees: ^clone: EPERM$
// sees: ^personality: EPERM$
// sees: ^fcntl: EPERM$
// sees: ^prlimit64: EPERM$
// sees: ^all: refused$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int allowed;

static void tell(const char* name, long a, long b, long c, long number) {
  const char* worst = 0;
  for (int bit = 32; bit < 64; bit++) {
    const long high = 1L << bit;
    long result = -1;
    if (number == SYS_socket) result = syscall(number, high | a, high | b, high | c);
    if (number == SYS_ioctl) result = syscall(number, high, high | b, 0);
    if (number == SYS_clone) result = syscall(number, high | a, 0, 0, 0, 0);
    if (number == SYS_personality) result = syscall(number, high | a);
    if (number == SYS_fcntl) result = syscall(number, high, high | b, 0);
    if (number == SYS_prlimit64) result = syscall(number, high | a, 0, 0, 0);
    if (result == 0 && number == SYS_clone) _exit(0);
    if (result >= 0) allowed++;
    const char* seen = result < 0 ? strerrorname_np(errno) : "allowed";
    if (!worst || strcmp(seen, worst) != 0) worst = bit == 32 ? seen : "mixed";
  }
  printf("%s: %s\n", name, worst);
}

int main(void) {
  tell("socket", AF_VSOCK, SOCK_STREAM, 0, SYS_socket);
  tell("socket protocol", AF_INET, SOCK_STREAM, 132, SYS_socket);
  tell("ioctl", 0, TIOCSTI, 0, SYS_ioctl);
  tell("clone", CLONE_NEWUSER, 0, 0, SYS_clone);
  tell("personality", 0x0400000, 0, 0, SYS_personality);
  tell("fcntl", 0, 1024, 0, SYS_fcntl);
  tell("prlimit64", 1, 0, 0, SYS_prlimit64);
  printf("all: %s\nATTEMPT ok\n", allowed ? "some allowed" : "refused");
}
