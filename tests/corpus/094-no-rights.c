// There are no rights and none can be had: sets of capabilities, users, groups, an execution, a
// child, a thread, and what /proc says of all of them.
//
// expect: cause=exit exit_code=0
// sees: ^sets: 0000000000000000 x5$
// sees: ^NoNewPrivs 1, Seccomp 2, groups none$
// sees: ^capset: EPERM$
// sees: ^users: EPERM x6$
// sees: ^fsuid: kept$
// sees: ^setgroups: EPERM$
// sees: ^bounding: EPERM$
// sees: ^ambient: EPERM$
// sees: ^still so in a child: yes$
// layer: identity no_new_privs seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char* name_of(long result) {
  return result < 0 ? strerrorname_np(errno) : "done";
}

static int read_sets(char* text, size_t size) {
  const int fd = open("/proc/thread-self/status", O_RDONLY);
  const ssize_t got = read(fd, text, size - 1);
  close(fd);
  text[got < 0 ? 0 : got] = 0;
  int zero = 0;
  for (char* at = text; (at = strstr(at, "\nCap")); at++)
    zero += strstr(at, ":\t0000000000000000") == at + 7;
  return zero;
}

int main(void) {
  char text[8192];
  printf("sets: 0000000000000000 x%d\n", read_sets(text, sizeof text));
  printf("NoNewPrivs %c, Seccomp %c, groups %s\n", strstr(text, "NoNewPrivs:\t")[12],
         strstr(text, "Seccomp:\t")[9], getgroups(0, 0) == 0 ? "none" : "some");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
  printf("capset: %s\n", name_of(syscall(SYS_capset, &header, data)));
  int refused = 0;
  refused += setuid(0) < 0 && errno == EPERM;
  refused += setgid(0) < 0 && errno == EPERM;
  refused += setreuid(0, 0) < 0 && errno == EPERM;
  refused += setresuid(0, 0, 0) < 0 && errno == EPERM;
  refused += setresgid(0, 0, 0) < 0 && errno == EPERM;
  refused += setresuid(-1, getuid() + 1, -1) < 0 && errno == EPERM;
  printf("users: EPERM x%d\n", refused);
  setfsuid(0);
  printf("fsuid: %s\n", (uid_t)setfsuid(-1) == getuid() ? "kept" : "changed");
  const gid_t groups[] = {0};
  printf("setgroups: %s\n", name_of(setgroups(1, groups)));
  printf("bounding: %s\n", name_of(prctl(PR_CAPBSET_DROP, CAP_KILL)));
  printf("ambient: %s\n",
         name_of(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0)));
  fflush(stdout);
  if (fork() == 0) {
    printf("still so in a child: %s\n", read_sets(text, sizeof text) == 5 ? "yes" : "no");
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  printf("ATTEMPT ok\n");
}
