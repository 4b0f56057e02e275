// The kernel's log by its system call in every way that it can be asked, and the sockets that log
// daemons listen at.
//
// expect: cause=exit exit_code=0
// sees: ^syslog: EPERM$
// sees: ^/dev/log: ENOENT$
// sees: ^/run/systemd/journal/socket: ENOENT$
// sees: ^/dev/kmsg: ENOENT$
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

static const char* name_of(long result) {
  return result < 0 ? strerrorname_np(errno) : "allowed";
}

int main(void) {
  char buffer[4096];
  const char* worst = "EPERM";
  for (int type = 0; type <= 11; type++) {
    const char* seen = name_of(syscall(SYS_syslog, type, buffer, (int)sizeof buffer));
    if (strcmp(seen, "EPERM") != 0) worst = seen;
  }
  printf("syslog: %s\n", worst);
  for (const char* const* path =
           (const char* const[]){"/dev/log", "/run/systemd/journal/socket", 0};
       *path; path++) {
    const int log = socket(AF_UNIX, SOCK_DGRAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, *path);
    printf("%s: %s\n", *path, name_of(connect(log, (struct sockaddr*)&address, sizeof address)));
  }
  printf("/dev/kmsg: %s\n", name_of(open("/dev/kmsg", O_RDWR)));
  syslog(LOG_EMERG, "from inside a sandbox");
  printf("ATTEMPT ok\n");
}
