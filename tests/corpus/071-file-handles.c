// Opens files by handles, which know no root: one that was asked for, and made-up ones for the
// first inodes of the disk, with every mount that can be named.
//
// expect: cause=exit exit_code=0
// sees: ^handle of a file: EPERM$
// sees: ^opened by handle: 0 of 1536, EPERM$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char space[sizeof(struct file_handle) + 64] = {};
  struct file_handle* handle = (struct file_handle*)space;
  int mount = 0, opened = 0, tries = 0, others = 0;
  handle->handle_bytes = 64;
  printf("handle of a file: %s\n",
         name_to_handle_at(AT_FDCWD, "/usr/bin/env", handle, &mount, 0) < 0 ? strerrorname_np(errno)
                                                                            : "had");
  const int mounts[] = {AT_FDCWD, open("/", O_RDONLY), open("/usr", O_RDONLY),
                        open("/work", O_RDONLY)};
  for (int type = 1; type <= 3; type++) {
    for (unsigned m = 0; m < 4; m++) {
      for (unsigned inode = 0; inode < 128; inode++) {
        const unsigned words[4] = {inode, 0, 2, 0};
        handle->handle_type = type == 3 ? 0x81 : type;
        handle->handle_bytes = type == 1 ? 8 : 16;
        memcpy(handle->f_handle, words, sizeof words);
        const int fd = open_by_handle_at(mounts[m], handle, O_RDONLY);
        tries++;
        if (fd >= 0)
          opened++;
        else if (errno != EPERM)
          others++;
      }
    }
  }
  printf("opened by handle: %d of %d, %s\n", opened, tries, others ? "other" : "EPERM");
  printf("ATTEMPT ok\n");
}
