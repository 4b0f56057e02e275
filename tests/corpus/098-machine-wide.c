// Calls that act on the whole machine.
//
// expect: cause=exit exit_code=0
// sees: ^refused with EPERM: 24 of 24$
// sees: ^absent: 4 of 4$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  static char space[4096];
  const long calls[][6] = {
      {SYS_swapon, (long)"/tmp/x", 0},
      {SYS_swapoff, (long)"/tmp/x"},
      {SYS_reboot, 0xfee1dead, 672274793, 0x01234567, 0},
      {SYS_kexec_load, 0, 0, 0, 0},
      {320, -1, -1, 0, (long)"", 0},
      {SYS_iopl, 3},
      {SYS_ioperm, 0x70, 1, 1},
      {SYS_acct, (long)"/tmp/x"},
      {SYS_quotactl, 0, (long)"/dev/vda", 0, (long)space},
      {SYS_nfsservctl, 0, 0, 0},
      {SYS_lookup_dcookie, 1, (long)space, 4096},
      {SYS_settimeofday, (long)space, 0},
      {SYS_clock_settime, 0, (long)space},
      {SYS_adjtimex, (long)space},
      {SYS_sethostname, (long)"x", 1},
      {SYS_setdomainname, (long)"x", 1},
      {SYS_init_module, (long)space, 10, (long)""},
      {SYS_finit_module, 0, (long)"", 0},
      {SYS_delete_module, (long)"x", 0},
      {SYS_vhangup},
      {SYS_fanotify_init, 0, 0},
      {SYS_migrate_pages, 1, 0, 0, 0},
      {SYS_move_pages, 1, 0, 0, 0, 0},
      {443, 0, 0, 0, (long)space},
  };
  const int count = sizeof calls / sizeof *calls;
  int refused = 0, absent = 0;
  for (int i = 0; i < count; i++) {
    const long* c = calls[i];
    const long result = syscall(c[0], c[1], c[2], c[3], c[4], c[5]);
    if (result < 0 && errno == EPERM)
      refused++;
    else
      printf("call %ld: %s\n", c[0], result < 0 ? strerrorname_np(errno) : "allowed");
  }
  const long old[] = {SYS_uselib, SYS_sysfs, SYS_ustat, SYS_vserver};
  for (int i = 0; i < 4; i++) absent += syscall(old[i], 0, 0, 0) < 0 && errno == ENOSYS;
  printf("refused with EPERM: %d of %d\nabsent: %d of 4\nATTEMPT ok\n", refused, count, absent);
}
