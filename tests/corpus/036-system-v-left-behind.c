// Finds no System V object of anybody else, makes shared memory, a semaphore and a message queue
// that nothing removes, and ends. They must go with the run: the next one on this server looks
// again.
//
// expect: cause=exit exit_code=0
// sees: ^before: 0 0 0\nafter: 1 1 1$
// layer: namespaces
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

union semun {
  struct seminfo* info;
};

static void count(const char* when) {
  struct shm_info memory;
  struct seminfo semaphores;
  struct msginfo queues;
  const union semun argument = {.info = &semaphores};
  shmctl(0, SHM_INFO, (struct shmid_ds*)&memory);
  semctl(0, 0, SEM_INFO, argument);
  msgctl(0, MSG_INFO, (struct msqid_ds*)&queues);
  printf("%s: %d %d %d\n", when, memory.used_ids, semaphores.semusz, queues.msgpool);
}

int main(void) {
  count("before");
  const int segment = shmget(0x1ea54, 4 << 20, IPC_CREAT | 0666);
  char* memory = shmat(segment, NULL, 0);
  if (memory == (void*)-1) return 1;
  memset(memory, 's', 4 << 20);
  if (semget(0x1ea54, 1, IPC_CREAT | 0666) < 0) return 1;
  const int queue = msgget(0x1ea54, IPC_CREAT | 0666);
  struct {
    long type;
    char text[64];
  } message = {.type = 1, .text = "left"};
  if (queue < 0 || msgsnd(queue, &message, sizeof message.text, 0) != 0) return 1;
  count("after");
  printf("ATTEMPT ok\n");
}
