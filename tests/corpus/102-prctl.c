// What prctl could loosen: it does not.
//
// expect: cause=exit exit_code=0
// sees: ^memory map: EPERM x12$
// sees: ^new privileges: EINVAL, still 1$
// sees: ^securebits: EPERM$
// sees: ^keep capabilities: E(PERM|INVAL)$
// sees: ^seccomp off: EINVAL$
// sees: ^machine checks: none done$
// sees: ^speculation: (same|E[A-Z]+)$
// sees: ^init is out of reach: yes$
// layer: identity
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char* name_of(long result) {
  return result < 0 ? strerrorname_np(errno) : "done";
}

int main(void) {
  int refused = 0;
  static char page[4096];
  for (int what = 1; what <= PR_SET_MM_EXE_FILE; what++) {
    if (what == PR_SET_MM_AUXV) continue;
    refused += prctl(PR_SET_MM, what, page, 0, 0) < 0 && errno == EPERM;
  }
  printf("memory map: EPERM x%d\n", refused);
  const char* seen = name_of(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  printf("new privileges: %s, still %d\n", seen, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  printf("securebits: %s\n", name_of(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0)));
  const long kept = prctl(PR_SET_KEEPCAPS, 2, 0, 0, 0);
  printf("keep capabilities: %s\n", name_of(kept));
  printf("seccomp off: %s\n", name_of(prctl(PR_SET_SECCOMP, SECCOMP_MODE_DISABLED, 0, 0, 0)));
  printf("machine checks: %s\n", prctl(PR_MCE_KILL, 5, 5, 5, 5) < 0 ? "none done" : "done");
  const int before = prctl(PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0);
  const long spec = prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, PR_SPEC_ENABLE, 0, 0);
  const char* why = name_of(spec);
  const int after = prctl(PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0);
  printf("speculation: %s\n", before == after ? "same" : why);
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  printf("init is out of reach: %s\n", open("/proc/1/environ", O_RDONLY) < 0 ? "yes" : "no");
  printf("ATTEMPT ok\n");
}
