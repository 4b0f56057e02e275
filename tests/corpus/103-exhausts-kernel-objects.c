// As many kernel objects of each kind as there may be, all at once: descriptors end with EMFILE,
// queues and rings with their own limits, and all of it is gone afterwards.
//
// expect: cause=exit exit_code=0
// expect: cause=memory_limit
// sees: ^descriptors: EMFILE$
// sees: ^queues: E(MFILE|NOSPC|NFILE)$
// sees: ^timers: EAGAIN$
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  char name[32];
  mqd_t queue = 0;
  const struct mq_attr small = {.mq_maxmsg = 10, .mq_msgsize = 8192};
  for (int i = 0; queue >= 0; i++) {
    snprintf(name, sizeof name, "/q%d", i);
    queue = mq_open(name, O_CREAT | O_RDWR, 0600, &small);
  }
  printf("queues: %s\n", strerrorname_np(errno));
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  int made = 0;
  while (made < 100000 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0) made++;
  printf("timers: %s\n", made < 100000 ? strerrorname_np(errno) : "no end");
  for (int i = 0; i < 100000; i++)
    if (shmget(IPC_PRIVATE, 4096, 0600) < 0) break;
  for (int i = 0; i < 100000; i++)
    if (msgget(IPC_PRIVATE, 0600) < 0) break;
  int fd = 0;
  while (fd >= 0) fd = epoll_create1(0);
  printf("descriptors: %s\nATTEMPT ok\n", strerrorname_np(errno));
}
