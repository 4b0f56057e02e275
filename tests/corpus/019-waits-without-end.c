// Processes in waits of every kind: a parent behind its vfork, the open of a FIFO, a futex, a lock,
// a message, a semaphore, a pipe, an accept. A stop ends all of them.
//
// expect: cause=stop stop.processes_killed=10 stop.empty=true
// sees: ^asleep: 10$
// layer: kill
// stop: ATTEMPT ok
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static void wait_for(int kind) {
  static int word = 0;
  char byte;
  switch (kind) {
    case 0:
      if (vfork() == 0) {
        for (;;) syscall(SYS_pause);
      }
      break;
    case 1:
      mkfifo("/tmp/fifo", 0600);
      open("/tmp/fifo", O_RDONLY);
      break;
    case 2:
      syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
      break;
    case 3: {
      struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 1};
      mq_receive(mq_open("/queue", O_CREAT | O_RDONLY, 0600, &small), &byte, 1, NULL);
      break;
    }
    case 4: {
      struct {
        long type;
        char text[8];
      } message;
      msgrcv(msgget(IPC_PRIVATE, 0600), &message, sizeof message.text, 0, 0);
      break;
    }
    case 5: {
      struct sembuf take = {.sem_num = 0, .sem_op = -1, .sem_flg = 0};
      semop(semget(IPC_PRIVATE, 1, 0600), &take, 1);
      break;
    }
    case 6: {
      int ends[2];
      if (pipe(ends) == 0 && read(ends[0], &byte, 1) == 1) return;
      break;
    }
    case 7: {
      struct sockaddr_un name = {.sun_family = AF_UNIX};
      const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
      strcpy(name.sun_path + 1, "a");
      bind(fd, (struct sockaddr*)&name, sizeof name);
      listen(fd, 1);
      accept(fd, NULL, NULL);
      break;
    }
  }
}

static int is_asleep(pid_t pid) {
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE* file = fopen(path, "r");
  if (!file) return 0;
  const int got = fgets(line, sizeof line, file) != NULL;
  fclose(file);
  return got && strchr("SD", strrchr(line, ')')[2]) != NULL;
}

int main(void) {
  pid_t first = 0, last = 0;
  for (int kind = 0; kind < 8; kind++) {
    last = fork();
    if (last == 0) {
      wait_for(kind);
      _exit(1);
    }
    if (kind == 0) first = last;
  }
  int asleep = 0;  // the eight, and the child of the vfork
  for (int tries = 0; asleep < 9 && tries < 2000; tries++, usleep(1000)) {
    asleep = 0;
    for (pid_t pid = first; pid <= last + 4; pid++) asleep += pid != getpid() && is_asleep(pid);
  }
  printf("asleep: %d\nATTEMPT ok\n", asleep + 1);
  for (;;) pause();
}
