// Two runs that want to meet. "hold" leaves something at every place that both may know and waits for a
// line; "seek" looks for it there. One line for each way: what was found, or why not.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { kKey = 0x6c656173, kPort = 8099, kVsock = 40 };
static const char *const kShared = "/usr/bin/env";
static int seeking;

static void tell(const char *way, long result) {
  printf("%s: %s\n", way, result >= 0 ? (seeking ? "met" : "held") : strerrorname_np(errno));
}

static void stream(const char *way, int family, const void *address, socklen_t size) {
  const int fd = socket(family, SOCK_STREAM, 0);
  if (fd < 0) return tell(way, -1);
  if (seeking) return tell(way, connect(fd, address, size));
  tell(way, bind(fd, address, size) < 0 ? -1 : listen(fd, 8));
}

static void by_sockets(void) {
  const struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(kPort), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(kPort), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_un named = {.sun_family = AF_UNIX, .sun_path = "/tmp/meeting"};
  struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0meeting"};
  const unsigned vsock[4] = {kVsock, kPort, 1, 0};
  stream("loopback", AF_INET, &v4, sizeof v4);
  stream("loopback6", AF_INET6, &v6, sizeof v6);
  stream("path socket", AF_UNIX, &named, sizeof named);
  stream("abstract socket", AF_UNIX, &abstract, sizeof abstract);
  stream("vsock", kVsock, vsock, sizeof vsock);
}

static void by_ipc(void) {
  const int flags = seeking ? 0 : IPC_CREAT | 0666;
  tell("shm segment", shmget(kKey, 4096, flags));
  tell("semaphore", semget(kKey, 1, flags));
  tell("message queue", msgget(kKey, flags));
  const struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 16};
  tell("posix queue", mq_open("/meeting", seeking ? O_RDWR : O_RDWR | O_CREAT, 0666, &small));
  tell("posix memory", shm_open("/meeting", seeking ? O_RDWR : O_RDWR | O_CREAT, 0666));
  tell("file", open("/tmp/file", seeking ? O_RDWR : O_RDWR | O_CREAT, 0666));
  tell("file in work", open("/work/file", seeking ? O_RDWR : O_RDWR | O_CREAT, 0666));
  tell("key", seeking ? syscall(SYS_request_key, "user", "meeting", 0, -4)
                      : syscall(SYS_add_key, "user", "meeting", "x", 1, -4));
}

/// Locks are met when they are refused, since then somebody else has them.
static void by_locks(void) {
  const int shared = open(kShared, O_RDONLY), folder = open("/usr/bin", O_RDONLY);
  const int mine = flock(shared, LOCK_EX | LOCK_NB);
  tell("flock", mine < 0 && errno == EWOULDBLOCK ? 0 : mine < 0 || !seeking ? mine : (errno = ENOLCK, -1));
  struct flock lock = {.l_type = seeking ? F_WRLCK : F_RDLCK};
  const int asked = fcntl(shared, seeking ? F_OFD_GETLK : F_OFD_SETLK, &lock);
  tell("open file lock", asked < 0 || !seeking ? asked : lock.l_type == F_UNLCK ? (errno = ENOLCK, -1) : 0);
  tell("lease", fcntl(shared, F_SETLEASE, F_RDLCK));
  tell("dnotify", fcntl(folder, F_NOTIFY, DN_ACCESS));
  tell("inotify", inotify_init1(IN_NONBLOCK));
}

int main(int argc, char **argv) {
  if (geteuid() == 0 || argc < 2) return 77;  // never outside a sandbox
  seeking = strcmp(argv[1], "seek") == 0;
  by_sockets();
  by_ipc();
  by_locks();
  printf("ATTEMPT ok\n");
  if (!seeking) getchar();
}
