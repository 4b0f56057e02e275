// Every call that mounts, unmounts, moves or describes a mount.
//
// expect: cause=exit exit_code=0
// sees: ^refused with EPERM: 17 of 17$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  const long mount = SYS_mount, calls[][6] = {
                                    {mount, (long)"proc", (long)"/tmp", (long)"proc", 0, 0},
                                    {mount, (long)"/usr", (long)"/tmp", 0, 4096, 0},
                                    {mount, 0, (long)"/", 0, 0x1020, 0},
                                    {mount, (long)"tmpfs", (long)"/work", (long)"tmpfs", 0, 0},
                                    {mount, (long)"/tmp", (long)"/usr", 0, 8192, 0},
                                    {SYS_umount2, (long)"/work", 2},
                                    {SYS_umount2, (long)"/proc", 0},
                                    {SYS_pivot_root, (long)"/tmp", (long)"/tmp"},
                                    {428, -100, (long)"/", 1},                     // open_tree
                                    {429, -100, (long)"", -100, (long)"/tmp", 4},  // move_mount
                                    {430, (long)"tmpfs", 0},                       // fsopen
                                    {431, 0, 0, 0, 0, 0},                          // fsconfig
                                    {432, 0, 0, 0},                                // fsmount
                                    {433, -100, (long)"/", 0},                     // fspick
                                    {442, -100, (long)"/", 0, 0, 0},               // mount_setattr
                                    {457, 0, 0, 0, 0},                             // statmount
                                    {458, 0, 0, 0, 0},                             // listmount
                                };
  const int count = sizeof calls / sizeof *calls;
  int refused = 0;
  for (int i = 0; i < count; i++) {
    const long* c = calls[i];
    const long result = syscall(c[0], c[1], c[2], c[3], c[4], c[5]);
    if (result < 0 && errno == EPERM)
      refused++;
    else
      printf("call %ld: %s\n", c[0], result < 0 ? strerrorname_np(errno) : "allowed");
  }
  printf("refused with EPERM: %d of %d\nATTEMPT ok\n", refused, count);
}
