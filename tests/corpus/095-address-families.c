// Every address family there is, with every type of socket: unix and the internet's two are there,
// the others are refused by the filter, so that the kernel loads nothing for them (96).
//
// expect: cause=exit exit_code=0
// sees: ^given: 1 2 10$
// sees: ^others: EAFNOSUPPORT$
// sees: ^raw: E(PERM|ACCES|PROTONOSUPPORT)$
// sees: ^pairs: EAFNOSUPPORT$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  const char *worst = "EAFNOSUPPORT", *raw = "EPERM", *pairs = "EAFNOSUPPORT";
  printf("given:");
  for (int family = 0; family < 64; family++) {
    int given = 0;
    for (int type = 1; type <= 10; type++) {
      const int fd = socket(family, type, 0);
      if (fd >= 0)
        given = 1, close(fd);
      else if (family != AF_UNIX && family != AF_INET && family != AF_INET6 &&
               errno != EAFNOSUPPORT)
        worst = strerrorname_np(errno);
      int ends[2];
      if (family != AF_UNIX && family != AF_INET && family != AF_INET6 &&
          (socketpair(family, type, 0, ends) == 0 || errno != EAFNOSUPPORT))
        pairs = "other";
    }
    if (given) printf(" %d", family);
  }
  printf("\nothers: %s\n", worst);
  const int protocols[] = {IPPROTO_RAW, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IGMP, 255};
  for (int i = 0; i < 6; i++) {
    const int fd = socket(AF_INET, SOCK_RAW, protocols[i]);
    raw = fd >= 0 ? "given" : strerrorname_np(errno);
    if (fd >= 0) break;
  }
  printf("raw: %s\npairs: %s\nATTEMPT ok\n", raw, pairs);
}
