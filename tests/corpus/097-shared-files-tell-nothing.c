// Runs have the toolchain's inodes in common, and what hangs on an inode belongs to no namespace:
// locks, leases, notices of changes and of opening, what is cached of it, the writing out of its
// disk.
//
// expect: cause=exit exit_code=0
// sees: ^flock: ENOSYS$
// sees: ^record lock for writing: EBADF$
// sees: ^question for a lock: EPERM$
// sees: ^lease: EPERM$
// sees: ^notices: EPERM$
// sees: ^inotify: ENOSYS$
// sees: ^fanotify: EPERM$
// sees: ^cached: ENOSYS$
// sees: ^sync: ENOSYS$
// sees: ^attribute: EOPNOTSUPP$
// sees: ^at hand: ENOSYS$
// sees: ^still cached after advice: 0$
// sees: ^a database's lock: 0$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char* name_of(long result) {
  return result < 0 ? strerrorname_np(errno) : "done";
}

int main(void) {
  const int shared = open("/usr/bin/env", O_RDONLY), folder = open("/usr/bin", O_RDONLY);
  struct flock lock = {.l_type = F_WRLCK};
  unsigned long range[2] = {0, 4096}, seen[8];
  printf("flock: %s\n", name_of(flock(shared, LOCK_EX | LOCK_NB)));
  printf("record lock for writing: %s\n", name_of(fcntl(shared, F_SETLK, &lock)));
  printf("question for a lock: %s\n", name_of(fcntl(shared, F_OFD_GETLK, &lock)));
  printf("lease: %s\n", name_of(fcntl(shared, F_SETLEASE, F_RDLCK)));
  printf("notices: %s\n", name_of(fcntl(folder, F_NOTIFY, DN_ACCESS | DN_MULTISHOT)));
  printf("inotify: %s\n", name_of(inotify_init1(0)));
  printf("fanotify: %s\n", name_of(syscall(SYS_fanotify_init, 0, 0)));
  printf("cached: %s\n", name_of(syscall(451, shared, range, seen, 0)));
  printf("sync: %s\n", name_of(syscall(SYS_syncfs, shared)));
  printf("attribute: %s\n", name_of(fsetxattr(shared, "user.note", "x", 1, 0)));
  struct iovec page = {.iov_base = range, .iov_len = sizeof range};
  printf("at hand: %s\n", name_of(syscall(SYS_preadv2, shared, &page, 1, 0, 0, 8 /* RWF_NOWAIT */)));
  printf("still cached after advice: %d\n", posix_fadvise(shared, 0, 0, POSIX_FADV_DONTNEED));
  const int own = open("/work/database", O_RDWR | O_CREAT, 0600);
  lock.l_type = F_WRLCK;
  printf("a database's lock: %d\n", fcntl(own, F_SETLK, &lock));
  printf("ATTEMPT ok\n");
}
