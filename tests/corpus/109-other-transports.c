// Transports that rules made for TCP and UDP overlook: multipath TCP, SCTP, DCCP, UDP-Lite, SMC, by
// every number and type they have. None is given.
//
// expect: cause=exit exit_code=0
// sees: ^given: none$
// sees: ^refused with:( E(PROTONOSUPPORT|SOCKTNOSUPPORT|AFNOSUPPORT))+$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  const int kinds[][3] = {
      {AF_INET, SOCK_STREAM, 262},
      {AF_INET6, SOCK_STREAM, 262},
      {AF_INET, SOCK_STREAM, 132},
      {AF_INET, SOCK_SEQPACKET, 132},
      {AF_INET6, SOCK_SEQPACKET, 132},
      {AF_INET, SOCK_DCCP, 33},
      {AF_INET, SOCK_DCCP, 0},
      {AF_INET6, SOCK_DCCP, 33},
      {AF_INET, SOCK_DGRAM, 136},
      {AF_INET6, SOCK_DGRAM, 136},
      {43, SOCK_STREAM, 0},
      {AF_INET, SOCK_STREAM, 256},
      {AF_INET, SOCK_RDM, 0},
      {AF_INET, SOCK_DGRAM, 115},
  };
  char seen[256] = "";
  int given = 0;
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const int fd = socket(kinds[i][0], kinds[i][1], kinds[i][2]);
    if (fd >= 0) {
      given++;
      continue;
    }
    const char* name = strerrorname_np(errno);
    if (!strstr(seen, name)) strcat(strcat(seen, " "), name);
  }
  printf("given: %s\nrefused with:%s\nATTEMPT ok\n", given ? "some" : "none", seen);
}
