// Does to its own ends of the pipes what can be done: a hundred duplicates, non-blocking, signals
// on input, closed and opened again by /proc, handed to children that close them. It prints all the
// same.
//
// expect: cause=exit exit_code=7
// sees: ^first$
// sees: ^nonblocking: EAGAIN$
// sees: ^from a duplicate$
// sees: ^from a child$
// sees: ^closed: EBADF$
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd, const char* text) {
  while (*text) {
    const ssize_t put = write(fd, text, strlen(text));
    if (put > 0)
      text += put;
    else if (errno != EAGAIN)
      return;
  }
}

int main(void) {
  signal(SIGIO, SIG_IGN);
  say(1, "first\n");
  for (int fd = 100; fd < 200; fd++) dup2(1, fd);
  for (int fd = 0; fd < 3; fd++) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK | O_ASYNC);
    fcntl(fd, F_SETOWN, getpid());
    fcntl(fd, F_SETSIG, SIGIO);
  }
  static char much[1 << 20];
  memset(much, '.', sizeof much);
  int full = 0;
  for (int i = 0; i < 64 && !full; i++) {
    const ssize_t put = write(2, much, sizeof much);
    full = put < 0 ? errno : put < (ssize_t)sizeof much ? EAGAIN : 0;
  }
  char text[64];
  snprintf(text, sizeof text, "\nnonblocking: %s\n", full ? strerrorname_np(full) : "never full");
  say(1, text);
  if (fork() == 0) {
    say(199, "from a child\n");
    _exit(0);
  }
  wait(0);
  for (int fd = 0; fd < 3; fd++) close(fd);
  snprintf(text, sizeof text, "closed: %s\n",
           write(1, "x", 1) < 0 ? strerrorname_np(errno) : "written");
  say(150, text);
  say(150, "from a duplicate\nATTEMPT ok\n");
  for (int fd = 100; fd < 200; fd++) close(fd);
  _exit(7);
}
