// The working directory lies inside the root, ".." from it ends at the root, and neither a
// descriptor kept of it nor a removed one leads out.
//
// expect: cause=exit exit_code=0
// sees: ^cwd: /work$
// sees: ^above: same as /$
// sees: ^by descriptor: same as /$
// sees: ^from a removed one: (ENOENT|same as /)$
// sees: ^host files: none$
// layer: root
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* same(const struct stat* a, const struct stat* b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino ? "same as /" : "somewhere else";
}

int main(void) {
  char path[4096] = "";
  struct stat root, seen;
  stat("/", &root);
  printf("cwd: %s\n", getcwd(path, sizeof path));
  const int work = open(".", O_PATH | O_DIRECTORY);
  for (int i = 0; i < 64; i++) chdir("..");
  stat(".", &seen);
  printf("above: %s\n", same(&root, &seen));
  fchdir(work);
  fstatat(work, "../../../../../..", &seen, 0);
  printf("by descriptor: %s\n", same(&root, &seen));
  mkdir("/tmp/gone", 0700);
  chdir("/tmp/gone");
  rmdir("/tmp/gone");
  printf("from a removed one: %s\n",
         stat("../../../../..", &seen) == 0 ? same(&root, &seen) : strerrorname_np(errno));
  fchdir(work);
  int found = 0;
  for (const char* const* name =
           (const char* const[]){"root", "home", "var", "run", "boot", "sys", 0};
       *name; name++) {
    snprintf(path, sizeof path, "../../../../%s", *name);
    found += access(path, F_OK) == 0;
  }
  printf("host files: %s\nATTEMPT ok\n", found ? "some" : "none");
}
