// As many timers as there may be, of both kinds, all of them firing a thousand times a second.
//
// expect: cause=wall_limit stop.processes_killed=1 stop.empty=true
// sees: ^timer_create: EAGAIN, timerfd_create: EMFILE$
// sees: ^timers below 2000: 1$
// limits: wall_ms=1000
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  signal(SIGALRM, SIG_IGN);
  const struct itimerspec often = {.it_interval = {.tv_nsec = 1000000},
                                   .it_value = {.tv_nsec = 1000000}};
  struct sigevent quiet = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  const int epoll = epoll_create1(0);
  int timers = 0, descriptors = 0, timer_error, descriptor_error;
  for (timer_t timer; timer_create(CLOCK_MONOTONIC, &quiet, &timer) == 0 && timers < 1000000; timers++) {
    timer_settime(timer, 0, &often, NULL);
  }
  timer_error = errno;
  for (int fd; (fd = timerfd_create(CLOCK_MONOTONIC, 0)) >= 0; descriptors++) {
    struct epoll_event event = {.events = EPOLLIN};
    timerfd_settime(fd, 0, &often, NULL);
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
  descriptor_error = errno;
  printf("timer_create: %s, timerfd_create: %s\n", strerrorname_np(timer_error),
         strerrorname_np(descriptor_error));
  printf("timers below 2000: %d\nATTEMPT ok\n", timers < 2000 && descriptors < 2000);
  struct epoll_event events[64];
  for (;;) epoll_wait(epoll, events, 64, -1);
}
