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

/// In the child: waits for its job and becomes the program. Nobody is told of a failure here: the
/// init has tried the same before.
[[noreturn]] void run_warm_child(const ChildPlan& plan, int socket) {
  raw::call(SYS_setsid);
  plan.warm->prepare();
  const char ready = 1;
  raw::call(SYS_write, socket, address(&ready), 1);
  InitOrder order;
  int memfd = -1;
  if (!receive_order(socket, order, memfd)) raw::exit(0);
  std::string_view job;
  ExecCommand command;
  if (map_job(memfd, job) < 0 ||
      build_command(plan.languages[order.language], order.step, job, command) < 0) {
    raw::exit(127);
  }
  // As after an exec: its /proc files are its own, and it has no descriptor but the program's.
  raw::call(SYS_prctl, PR_SET_DUMPABLE, 1);
  if (plan.layers.has(Layer::kDescriptors)) raw::call(SYS_close_range, 3, ~0U, 0);
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
