// The magic links of /proc are followed in every way: through /proc/self/exe, the mapped files, the
// task folders, descriptors opened without access, a thread's root and a removed one. What they
// lead to is the own root, and what is not a folder does not become one.
//
// expect: cause=exit exit_code=0
// sees: ^root of self: own$
// sees: ^root of a thread: own$
// sees: ^above the program: ENOTDIR$
// sees: ^above an O_PATH of it: ENOTDIR$
// sees: ^written to the program: E(TXTBSY|ROFS|ACCES)$
// sees: ^mapped files: E(PERM|ACCES|NOENT)$
// sees: ^namespaces of pid 1: ENOENT$
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* name_of(int fd) {
  return fd < 0 ? strerrorname_np(errno) : "opened";
}

static const char* root_by(const char* path) {
  struct stat own, seen;
  stat("/", &own);
  if (stat(path, &seen) < 0) return strerrorname_np(errno);
  return own.st_dev == seen.st_dev && own.st_ino == seen.st_ino ? "own" : "another";
}

int main(void) {
  char path[128], target[256];
  printf("root of self: %s\n", root_by("/proc/self/root/"));
  snprintf(path, sizeof path, "/proc/self/task/%d/root/../../", getpid());
  printf("root of a thread: %s\n", root_by(path));
  printf("above the program: %s\n", name_of(open("/proc/self/exe/..", O_RDONLY)));
  const int program = open("/proc/self/exe", O_PATH);
  printf("above an O_PATH of it: %s\n", name_of(openat(program, "../..", O_RDONLY)));
  printf("written to the program: %s\n", name_of(open("/usr/bin/gcc", O_WRONLY)));
  FILE* maps = fopen("/proc/self/maps", "r");
  unsigned long low = 0, high = 0;
  if (!maps || fscanf(maps, "%lx-%lx", &low, &high) != 2) return 1;
  snprintf(path, sizeof path, "/proc/self/map_files/%lx-%lx", low, high);
  printf("mapped files: %s\n", name_of(open(path, O_RDONLY)));
  printf("namespaces of pid 1: %s\n",
         readlink("/proc/1/ns/mnt", target, sizeof target) < 0 ? strerrorname_np(errno) : "read");
  printf("ATTEMPT ok\n");
}
