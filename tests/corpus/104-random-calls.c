// Random system calls with random arguments, among them pointers to good and bad memory and
// descriptors that exist, in throw-away children for two seconds. What must hold is what holds
// after every attack.
//
// expect: cause=exit exit_code=0 timing.run_ms<=20000
// sees: ^calls: [1-9][0-9]{3,}$
// limits: wall_ms=30000 tasks=64
// seconds: 60
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned long state = 88172645463325252UL;
static unsigned long next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

static char* good;
static unsigned long argument(void) {
  static const unsigned long odd[] = {0,         1,    ~0UL,       1UL << 63,
                                      1UL << 32, 4096, 0x7FFFFFFF, 0x80000000};
  switch (next() % 6) {
    case 0:
      return odd[next() % 8];
    case 1:
      return next() % 64;
    case 2:
      return (unsigned long)good + next() % 8192;
    case 3:
      return next();
    case 4:
      return next() & 0xFFFFFFFF;
    default:
      return (unsigned long)-100;
  }
}

// Those that only end the child or make it wait.
static int useless(long number) {
  const long list[] = {SYS_exit,         SYS_exit_group, SYS_pause, SYS_rt_sigsuspend,
                       SYS_rt_sigreturn, SYS_vfork,      SYS_fork,  SYS_kill,
                       SYS_tkill,        SYS_tgkill,     SYS_clone};
  for (unsigned i = 0; i < sizeof list / sizeof *list; i++)
    if (number == list[i]) return 1;
  return 0;
}

int main(void) {
  long* calls = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  good = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += 2;
  do {
    const unsigned long seed = next();
    const pid_t child = fork();
    if (child == 0) {
      setpgid(0, 0);
      state = seed;
      const int null = open("/dev/null", O_RDWR);
      for (int fd = 0; fd < 3; fd++) dup2(null, fd);
      open("/usr", O_RDONLY);
      open("/work/x", O_RDWR | O_CREAT, 0600);
      alarm(1);
      for (int i = 0; i < 500; i++) {
        const long number = (long)(next() % 470);
        if (useless(number)) continue;
        __atomic_add_fetch(calls, 1, __ATOMIC_RELAXED);
        syscall(number, argument(), argument(), argument(), argument(), argument(), argument());
      }
      _exit(0);
    }
    if (child > 0) {
      while (waitpid(child, 0, 0) == child) break;
      kill(-child, SIGKILL);
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
  printf("calls: %ld\nATTEMPT ok\n", *calls);
}
