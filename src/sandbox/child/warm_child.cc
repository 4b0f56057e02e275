#include "sandbox/child/warm_child.h"

#include <sys/wait.h>

#include <cerrno>

#include "protocol/messages.h"
#include "sandbox/child/channel.h"
#include "sandbox/child/oversee.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"

namespace leash::sandbox {
namespace {

using raw::address;

/// Waits for the child's next byte. False if it has ended instead.
bool hears_from(const WarmChild& warm) {
  char byte = 0;
  long got = 0;
  do {
    got = raw::call(SYS_read, warm.socket, address(&byte), 1);
  } while (got == -EINTR);
  return got == 1;
}

/// The child has ended before it was the program: by itself, then it has said what there was to say
/// (or nobody is there any more), or it was killed.
[[noreturn]] void end_without_program(const WarmChild& warm) {
  int status = 0;
  long got = 0;
  do {
    got = raw::call(SYS_wait4, warm.pid, address(&status), 0, 0);
  } while (got == -EINTR);
  if (got != warm.pid || WIFSIGNALED(status)) fail(kStatusFd, SetupStep::kExecute, -ECHILD);
  raw::exit(0);
}

}  // namespace

void serve_warm_child(const WarmChild& warm) {
  // First of all: once it is ready, the program may have ended before this process runs again.
  const long children = watch_children();
  if (children < 0) fail(kControlFd, SetupStep::kFork, children);
  if (!hears_from(warm)) fail(kControlFd, SetupStep::kFork, -ECHILD);
  send_report(kControlFd, {.report = protocol::Report::kReady});
  if (!hears_from(warm)) end_without_program(warm);
  raw::close(warm.socket);
  // The program alone has the pipes now: it can close them, and their other ends will tell.
  for (int fd = 0; fd < 3; ++fd) raw::close(fd);
  oversee(warm.pid, static_cast<int>(children), nullptr);
}

}  // namespace leash::sandbox
