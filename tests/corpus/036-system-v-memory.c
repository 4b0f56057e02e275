// System V segments, many and large, touched: charged to the run like any other memory.
//
// expect: cause=memory_limit status=limit_exceeded usage.peak_memory_bytes<=80M
// never: survived
// layer: limit_memory
// limits: memory_bytes=64M disk_bytes=16M
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

int main(void) {
  printf("ATTEMPT ok\n");
  for (int i = 0; i < 256; i++) {
    char* memory = shmat(shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0600), NULL, 0);
    if (memory == (void*)-1) return 1;
    memset(memory, 1, 1 << 20);
    shmdt(memory);
  }
  printf("survived\n");
}
