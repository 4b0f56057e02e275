// Interfaces with a large part of the kernel behind them: bpf, perf, userfaultfd, and the keyrings,
// which belong to no namespace of a run and so would let two of them share a secret.
//
// expect: cause=exit exit_code=0
// sees: ^bpf: EPERM x40$
// sees: ^perf: EPERM x6$
// sees: ^userfaultfd: EPERM x4$
// sees: ^keys: EPERM x76$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refused;
static void try(long result) {
  refused += result < 0 && errno == EPERM;
}
static void tell(const char* name) {
  printf("%s: EPERM x%d\n", name, refused);
  refused = 0;
}

int main(void) {
  char space[128] = {1};
  for (int command = 0; command < 40; command++)
    try(syscall(SYS_bpf, command, space, sizeof space));
  tell("bpf");
  for (int type = 0; type < 6; type++) {
    const unsigned attributes[32] = {(unsigned)type, 128};
    try(syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0));
  }
  tell("perf");
  for (int flags = 0; flags < 4; flags++) try(syscall(SYS_userfaultfd, flags));
  tell("userfaultfd");
  const char* types[] = {"user", "logon", "keyring", "big_key", "asymmetric", "encrypted"};
  for (int ring = -1; ring >= -6; ring--)
    for (int type = 0; type < 6; type++)
      try(syscall(SYS_add_key, types[type], "name", "value", 5, ring));
  for (int type = 0; type < 6; type++) try(syscall(SYS_request_key, types[type], "name", 0, -3));
  for (int operation = 0; operation < 34; operation++)
    try(syscall(SYS_keyctl, operation, -3, getuid(), -4, space));
  tell("keys");
  printf("ATTEMPT ok\n");
}
