#include "sandbox/child/warm.h"

#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "sandbox/child/channel.h"
#include "sandbox/child/command.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"

namespace leash::sandbox {
namespace {

using protocol::InitOrder;
using raw::address;

/// In the child: waits for its job and becomes the program. Until then it is as trusted as the
/// init, and says itself what has failed.
[[noreturn]] void run_warm_child(const ChildPlan& plan, int socket) {
  if (const long session = raw::call(SYS_setsid); session < 0) {
    fail(kControlFd, SetupStep::kFork, session);
  }
  plan.warm->prepare();
  const char ready = 1;
  if (raw::call(SYS_write, socket, address(&ready), 1) != 1) raw::exit(1);
  InitOrder order;
  int memfd = -1;
  if (!receive_order(socket, order, memfd)) raw::exit(0);
  std::string_view job;
  ExecCommand command;
  if (const long mapped = map_job(memfd, job); mapped < 0) {
    fail(kStatusFd, SetupStep::kReceiveJob, mapped);
  }
  const long built = build_command(plan.languages[order.language], order.step, job, command);
  if (built < 0) fail(kStatusFd, SetupStep::kPrepareCommand, built);
  // As after an exec: its /proc files are its own, and it has no descriptor but the program's.
  if (const long set = raw::call(SYS_prctl, PR_SET_DUMPABLE, 1); set < 0) {
    fail(kStatusFd, SetupStep::kExecute, set);
  }
  if (plan.layers.has(Layer::kDescriptors)) {
    if (const long closed = raw::call(SYS_close_range, 3, ~0U, 0); closed < 0) {
      fail(kStatusFd, SetupStep::kDescriptors, closed);
    }
  }
  plan.warm->become(command);
  raw::exit(127);
}

}  // namespace

WarmChild fork_warm_child(const ChildPlan& plan) {
  int ends[2] = {-1, -1};
  const long made =
      raw::call(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, address(ends));
  if (made < 0) fail(kControlFd, SetupStep::kFork, made);
  // The C library's fork: the interpreter relies on what it does in the child.
  const int pid = ::fork();
  if (pid == 0) {
    raw::close(ends[0]);
    run_warm_child(plan, ends[1]);
  }
  if (pid < 0) fail(kControlFd, SetupStep::kFork, -errno);
  raw::close(ends[1]);
  char ready = 0;
  if (raw::call(SYS_read, ends[0], address(&ready), 1) != 1) {
    fail(kControlFd, SetupStep::kFork, -ECHILD);
  }
  return {.pid = pid, .socket = ends[0]};
}

int start_warm_program(const WarmChild& warm, const InitOrder& order, int memfd) {
  if (order.step != protocol::Step::kRun) fail(kStatusFd, SetupStep::kReceiveJob, -EINVAL);
  if (const long sent = send_with_fd(warm.socket, &order, sizeof order, memfd); sent < 0) {
    fail(kStatusFd, SetupStep::kExecute, sent);
  }
  raw::close(warm.socket);
  return warm.pid;
}

}  // namespace leash::sandbox
