// Leaves something everywhere a later run might look, and says what it managed to leave.
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

static void leave_file(const char *path) {
  int fd = open(path, O_CREAT | O_WRONLY, 0666);
  printf("%s %s\n", path, fd >= 0 && write(fd, "trace", 5) == 5 ? "left" : "refused");
}

int main(void) {
  leave_file("/work/trace");
  leave_file("/tmp/trace");
  leave_file("/dev/shm/trace");
  printf("shm %s\n", shmget(0x7e57, 4096, IPC_CREAT | 0666) >= 0 ? "left" : "refused");
  printf("sem %s\n", semget(0x7e57, 1, IPC_CREAT | 0666) >= 0 ? "left" : "refused");
  return 0;
}
