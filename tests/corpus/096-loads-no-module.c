// Names by which the kernel would look for a module: protocols, socket types, address families,
// file systems, line disciplines, network interfaces, congestion controls. None of the requests
// reaches it.
//
// expect: cause=exit exit_code=0
// sees: ^protocols: EPROTONOSUPPORT x512$
// sees: ^types: ESOCKTNOSUPPORT x14$
// sees: ^file systems: EPERM x5$
// sees: ^congestion: E(NOENT|PERM)$
// sees: ^upper layer: E(NOENT|PERM|OPNOTSUPP|NOTCONN)$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  int refused = 0;
  for (int family = 0; family < 2; family++) {
    for (int protocol = 2; protocol < 263; protocol++) {
      if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_ICMPV6)
        continue;
      if (protocol > 255 && protocol < 258) continue;
      const int fd = socket(family ? AF_INET6 : AF_INET, SOCK_STREAM, protocol);
      refused += fd < 0 && errno == EPROTONOSUPPORT;
    }
  }
  printf("protocols: EPROTONOSUPPORT x%d\n", refused);
  refused = 0;
  for (int family = 0; family < 2; family++)
    for (int type = 4; type <= 10; type++)
      refused += socket(family ? AF_INET6 : AF_INET, type, 0) < 0 && errno == ESOCKTNOSUPPORT;
  printf("types: ESOCKTNOSUPPORT x%d\n", refused);
  const char* kinds[] = {"xfs", "btrfs", "cramfs", "nfs", "fuse"};
  refused = 0;
  for (int i = 0; i < 5; i++)
    refused += mount("none", "/tmp", kinds[i], 0, 0) < 0 && errno == EPERM;
  printf("file systems: EPERM x%d\n", refused);
  const int tcp = socket(AF_INET, SOCK_STREAM, 0);
  long result = setsockopt(tcp, IPPROTO_TCP, TCP_CONGESTION, "vegas", 5);
  printf("congestion: %s\n", result < 0 ? strerrorname_np(errno) : "set");
  result = setsockopt(tcp, IPPROTO_TCP, TCP_ULP, "espintcp", 8);
  printf("upper layer: %s\nATTEMPT ok\n", result < 0 ? strerrorname_np(errno) : "set");
}
