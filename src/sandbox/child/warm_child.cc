#include "sandbox/child/warm_child.h"

#include <cerrno>

#include "sandbox/child/channel.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"

namespace leash::sandbox {

using raw::address;

void await_warm_child(const WarmChild& warm) {
  char ready = 0;
  long got = 0;
  do {
    got = raw::call(SYS_read, warm.socket, address(&ready), 1);
  } while (got == -EINTR);
  if (got != 1) fail(kControlFd, SetupStep::kFork, -ECHILD);
}

int start_warm_program(const WarmChild& warm, const protocol::InitOrder& order, int memfd) {
  if (order.step != protocol::Step::kRun) fail(kStatusFd, SetupStep::kReceiveJob, -EINVAL);
  if (const long sent = send_with_fd(warm.socket, &order, sizeof order, memfd); sent < 0) {
    fail(kStatusFd, SetupStep::kExecute, sent);
  }
  raw::close(warm.socket);
  return warm.pid;
}

}  // namespace leash::sandbox
