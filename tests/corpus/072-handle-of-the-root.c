// The root of a disk is its inode 2: handles of every type that there is, a few sizes and
// generations, on the tree that is shared with the host. A mount identity is not given either.
//
// expect: cause=exit exit_code=0
// sees: ^opened: 0, refused with EPERM: 16384$
// sees: ^identity of a mount: E(PERM|OPNOTSUPP)$
// layer: seccomp
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  char space[sizeof(struct file_handle) + 128] = {};
  struct file_handle* handle = (struct file_handle*)space;
  const int shared = open("/usr", O_RDONLY | O_DIRECTORY);
  int opened = 0, refused = 0;
  for (int type = 0; type < 256; type++) {
    for (unsigned size = 8; size <= 32; size += 8) {
      for (unsigned generation = 0; generation < 16; generation++) {
        const unsigned words[8] = {2, generation, 0, 0, 2, generation, 0, 0};
        handle->handle_type = type;
        handle->handle_bytes = size;
        memcpy(handle->f_handle, words, sizeof words);
        const int fd = open_by_handle_at(shared, handle, O_RDONLY | O_DIRECTORY);
        opened += fd >= 0;
        refused += fd < 0 && errno == EPERM;
      }
    }
  }
  printf("opened: %d, refused with EPERM: %d\n", opened, refused);
  int mount = 0;
  handle->handle_bytes = 128;
  const long asked =
      syscall(SYS_name_to_handle_at, shared, "", handle, &mount, AT_EMPTY_PATH | 0x200);
  printf("identity of a mount: %s\n", asked < 0 ? strerrorname_np(errno) : "had");
  printf("ATTEMPT ok\n");
}
