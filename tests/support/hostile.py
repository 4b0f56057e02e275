"""What a hostile run does to its neighbours: one program a class, each going on until it is ended."""

import threading

FORK_BOMB = """
#include <unistd.h>
int main(void) { for (;;) fork(); }
"""

MEMORY = """
#include <stdlib.h>
#include <string.h>
int main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }
"""

OUTPUT_FLOOD = """
#include <string.h>
#include <unistd.h>
int main(void) {
  static char lines[65536];
  memset(lines, 'x', sizeof lines);
  for (;;) write(1, lines, sizeof lines);
}
"""

DISK_FILL = """
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  static char block[1 << 20];
  for (;;) {
    int fd = open("fill", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    while (write(fd, block, sizeof block) > 0) fsync(fd);
    close(fd);
    for (int i = 0; i < 5000; i++) {
      char name[32];
      snprintf(name, sizeof name, "i%d", i);
      close(open(name, O_CREAT | O_WRONLY, 0600));
      unlink(name);
    }
  }
}
"""

CPU_BURN = """
#include <pthread.h>
static void *spin(void *unused) {
  for (volatile unsigned long n = 0;; n++) {}
  return unused;
}
int main(void) {
  pthread_t one;
  for (int i = 0; i < 60; i++) pthread_create(&one, 0, spin, 0);
  spin(0);
}
"""

SYSCALL_STORM = """
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *storm(void *unused) {
  for (;;) {
    syscall(SYS_getpid);
    syscall(SYS_sched_yield);
    munmap(mmap(0, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0),
           1 << 16);
  }
  return unused;
}
int main(void) {
  pthread_t one;
  for (int i = 0; i < 31; i++) pthread_create(&one, 0, storm, 0);
  storm(0);
}
"""

CLASSES = {
    "fork bomb": FORK_BOMB,
    "memory": MEMORY,
    "output flood": OUTPUT_FLOOD,
    "disk fill": DISK_FILL,
    "CPU burn": CPU_BURN,
    "syscall storm": SYSCALL_STORM,
}


class Attack:
    """Hostile runs of one class, one after another if they are ended; a flood of output is read."""

    def __init__(self, client, name):
        self._client = client
        self._name = name
        self._told_to_end = threading.Event()
        self._started = threading.Event()
        self._run_id = None
        self._thread = threading.Thread(target=self._attack, daemon=True)

    def _attack(self):
        while not self._told_to_end.is_set():
            limits = {"wall_ms": 120_000, "output_bytes": 4 << 30}
            with self._client.stream("c", CLASSES[self._name], "ndjson", limits=limits) as stream:
                self._run_id = stream.run_id
                if self._told_to_end.is_set():  # it looked for a run to stop before this one was
                    self._client.stop(self._run_id)
                elif stream.wait_for("compile"):
                    self._started.set()
                # Bytes only: the neighbour's figures should not be those of this interpreter.
                stream.discard()

    def __enter__(self):
        self._thread.start()
        assert self._started.wait(30), "the attack has begun"
        return self

    def __exit__(self, *_):
        self._told_to_end.set()
        answer = self._client.stop(self._run_id)
        assert answer["state"] == "finished" and answer["proof"]["empty"] is True, answer
        self._thread.join(20)
        assert not self._thread.is_alive(), "the stream has ended"
