// Makes system calls, each in a child that is thrown away, and tells what the kernel answered.
//
// stdin: one call a line, "ABI NUMBER PATIENCE ARG ARG ARG ARG ARG ARG", with ABI native, x32 or int80,
// PATIENCE in milliseconds, and ARG a number or "p", the address of a page of zeros. stdout: a line for
// each, in order:
//   ok            it returned no error
//   EPERM, …      it returned this one
//   signal N      it ended the child
//   gone          the child ended otherwise, as by exit
//   blocked       it had not come back when the patience was over
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kPage = 4096, kMaxCalls = 8192, kX32Bit = 0x40000000 };

struct result {
  int returned;
  long value;
};

static struct result *shared;
static char *page;

static long native(long number, const unsigned long *a) {
  long result;
  register long r10 __asm__("r10") = (long)a[3];
  register long r8 __asm__("r8") = (long)a[4];
  register long r9 __asm__("r9") = (long)a[5];
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

// The sixth argument would be in ebp, which the compiler needs.
static long int80(long number, const unsigned long *a) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

static void in_child(const char *abi, long number, const unsigned long *args) {
  // Nothing that it does to its descriptors, its group or its session reaches the parent.
  setsid();
  close_range(0, ~0U, 0);
  for (int i = 0; i < 3; i++) (void)!open("/dev/null", O_RDWR);
  const pid_t self = getpid();
  long value;
  if (strcmp(abi, "int80") == 0) {
    value = int80(number, args);
  } else {
    value = native(strcmp(abi, "x32") == 0 ? number | kX32Bit : number, args);
  }
  if (getpid() != self) _exit(0);  // it was a fork, of which one is enough
  shared->value = value;
  shared->returned = 1;
  _exit(0);
}

static void tell(pid_t child, int patience_ms) {
  const int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
  struct pollfd entry = {.fd = pidfd, .events = POLLIN};
  const int ended = poll(&entry, 1, patience_ms) == 1;
  close(pidfd);
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  if (!ended && !shared->returned) {
    puts("blocked");
  } else if (shared->returned) {
    const long value = shared->value;
    puts(value < 0 && value > -4096 ? strerrorname_np((int)-value) : "ok");
  } else if (WIFSIGNALED(status)) {
    printf("signal %d\n", WTERMSIG(status));
  } else {
    puts("gone");
  }
}

int main(void) {
  if (geteuid() == 0) return 77;  // never outside a sandbox
  shared = mmap(0, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  page = mmap(0, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  // All of it first: the children inherit the descriptor, and its offset.
  static char line[256];
  static struct {
    char abi[8];
    long number;
    int patience_ms;
    unsigned long args[6];
  } calls[kMaxCalls];
  int count = 0;
  while (count < kMaxCalls && fgets(line, sizeof line, stdin)) {
    char *rest = line;
    const char *abi = strsep(&rest, " ");
    strncpy(calls[count].abi, abi, sizeof calls[count].abi - 1);
    calls[count].number = strtol(strsep(&rest, " "), 0, 10);
    calls[count].patience_ms = (int)strtol(strsep(&rest, " "), 0, 10);
    for (int i = 0; i < 6; i++) {
      const char *word = strsep(&rest, " \n");
      calls[count].args[i] = *word == 'p' ? (unsigned long)page : strtoul(word, 0, 10);
    }
    count++;
  }
  for (int i = 0; i < count; i++) {
    memset(shared, 0, sizeof *shared);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) in_child(calls[i].abi, calls[i].number, calls[i].args);
    if (child < 0) return 1;
    tell(child, calls[i].patience_ms);
  }
  return 0;
}
