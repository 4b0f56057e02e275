// At the limit no way to make a task is left: fork, vfork, clone for a thread, for a sibling of one's
// parent, without an exit signal; nor for a child of the child.
//
// expect: cause=exit exit_code=0 usage.peak_tasks=16 usage.tasks_refused>=5
// sees: ^fork EAGAIN\nvfork EAGAIN\nthread EAGAIN\nsibling EAGAIN\nsilent EAGAIN\ngrandchild EAGAIN$
// layer: limit_tasks
// limits: tasks=16
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(const char *how, long pid) {
  if (pid == 0) _exit(0);
  printf("%s %s\n", how, pid < 0 ? strerrorname_np(errno) : "made");
}

int main(void) {
  int go[2], made = 0;
  if (pipe(go) != 0) return 1;
  for (;; made++) {
    const pid_t child = fork();
    if (child < 0) break;
    if (child > 0) continue;
    char order;
    if (read(go[0], &order, 1) == 1) tell("grandchild", fork());
    for (;;) pause();
  }
  tell("fork", fork());
  const pid_t other = vfork();
  if (other == 0) _exit(0);
  tell("vfork", other);
  const int thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
  static char stack[4096] __attribute__((aligned(16)));
  tell("thread", syscall(SYS_clone, thread, stack + sizeof stack, 0, 0, 0));
  tell("sibling", syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
  tell("silent", syscall(SYS_clone, 0, 0, 0, 0, 0));
  if (write(go[1], "x", 1) != 1) return 1;
  char name[64];
  snprintf(name, sizeof name, "%d children\nATTEMPT ok\n", made);
  usleep(200000);  // for the grandchild's line
  return fputs(name, stdout) < 0;
}
