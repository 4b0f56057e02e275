// Eight threads and eight processes write to the cap at the same time, each to a file of its own.
//
// expect: cause=exit exit_code=0 usage.disk_full=true usage.peak_memory_bytes<=96M
// sees: ^total at most 16 MiB: 1, most of it: 1$
// layer: files
// limits: disk_bytes=16M memory_bytes=64M wall_ms=20000
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static long *written;

static void *fill(void *number) {
  static char block[8192];
  char name[32];
  const long i = (long)number;
  snprintf(name, sizeof name, "%s/%ld", i % 2 ? "/tmp" : "/work", i);
  const int fd = open(name, O_CREAT | O_WRONLY, 0600);
  for (ssize_t got; fd >= 0 && (got = write(fd, block, sizeof block)) > 0;) written[i] += got;
  return NULL;
}

int main(void) {
  pthread_t threads[8];
  written = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (written == MAP_FAILED) return 1;
  for (long i = 8; i < 16; i++) {
    if (fork() == 0) {
      fill((void *)i);
      _exit(0);
    }
  }
  for (long i = 0; i < 8; i++) pthread_create(&threads[i], NULL, fill, (void *)i);
  for (long i = 0; i < 8; i++) pthread_join(threads[i], NULL);
  while (wait(NULL) > 0) {
  }
  long total = 0;
  for (int i = 0; i < 16; i++) total += written[i];
  printf("total at most 16 MiB: %d, most of it: %d\nATTEMPT ok\n", total <= 16 << 20,
         total > 15 << 20);
}
