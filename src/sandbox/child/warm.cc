#include "sandbox/child/warm.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "sandbox/child/channel.h"
#include "sandbox/child/command.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"
#include "sandbox/child/warm_child.h"

namespace leash::sandbox {
namespace {

using protocol::InitOrder;
using protocol::Order;
using raw::address;

/// The kernel has forgotten the C library's area of restartable sequences, since its parent shared
/// the zygote's memory: what is written there is not true any more. So the library asks.
void forget_rseq() {
  if (__rseq_size == 0) return;
  char* thread = static_cast<char*>(__builtin_thread_pointer());
  volatile auto* area = reinterpret_cast<volatile struct rseq*>(thread + __rseq_offset);
  area->cpu_id = static_cast<std::uint32_t>(RSEQ_CPU_ID_REGISTRATION_FAILED);
}

/// What the init is told: see WarmChild. Ends this process if that has gone.
void tell_init(int socket) {
  const char byte = 1;
  if (raw::call(SYS_write, socket, address(&byte), 1) != 1) raw::exit(1);
}

/// In the child: the job, from the slot's control socket, and its files. Ends this process, having
/// said why, if it cannot be had.
void take_job(const ChildPlan& plan, ExecCommand& command) {
  InitOrder order;
  int memfd = -1;
  if (!receive_order(kControlFd, order, memfd)) raw::exit(0);
  if (order.order != Order::kJob || order.step != protocol::Step::kRun || memfd < 0 ||
      order.language >= plan.language_count) {
    fail(kStatusFd, SetupStep::kReceiveJob, -EBADMSG);
  }
  std::string_view job;
  if (const long mapped = map_job(memfd, job); mapped < 0) {
    fail(kStatusFd, SetupStep::kReceiveJob, mapped);
  }
  if (const long unpacked = unpack_files(job); unpacked < 0) {
    fail(kStatusFd, SetupStep::kUnpackJob, unpacked);
  }
  const long built = build_command(plan.languages[order.language], order.step, job, command);
  if (built < 0) fail(kStatusFd, SetupStep::kPrepareCommand, built);
}

/// In the child: waits for its job and becomes the program. Until then it is as trusted as the
/// init, and says itself what has failed.
[[noreturn]] void run_warm_child(const ChildPlan& plan, int socket) {
  forget_rseq();
  if (const long session = raw::call(SYS_setsid); session < 0) {
    fail(kControlFd, SetupStep::kFork, session);
  }
  plan.warm->prepare();
  tell_init(socket);
  ExecCommand command;
  take_job(plan, command);
  // As after an exec: its /proc files are its own, and it has no descriptor but the program's.
  if (const long set = raw::call(SYS_prctl, PR_SET_DUMPABLE, 1); set < 0) {
    fail(kStatusFd, SetupStep::kExecute, set);
  }
  send_report(kStatusFd, {.report = protocol::Report::kStarted});
  tell_init(socket);
  if (plan.layers.has(Layer::kDescriptors)) {
    // It has begun: without a word, which the server would not understand any more.
    if (raw::call(SYS_close_range, 3, ~0U, 0) < 0) raw::exit(126);
  }
  plan.warm->become(command);
  raw::exit(127);
}

/// With the C library's fork: the interpreter relies on what it does in the child.
WarmChild fork_warm_child(const ChildPlan& plan) {
  int ends[2] = {-1, -1};
  const long made =
      raw::call(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, address(ends));
  if (made < 0) fail(kControlFd, SetupStep::kFork, made);
  const int pid = ::fork();
  if (pid == 0) {
    raw::close(ends[0]);
    run_warm_child(plan, ends[1]);
  }
  if (pid < 0) fail(kControlFd, SetupStep::kFork, -errno);
  raw::close(ends[1]);
  return {.pid = pid, .socket = ends[0]};
}

class Number {
 public:
  explicit Number(long value) { std::to_chars(text_, text_ + sizeof text_ - 1, value); }
  [[nodiscard]] const char* text() const { return text_; }

 private:
  char text_[24] = {};
};

}  // namespace

void become_warm_init(const ChildPlan& plan) {
  const WarmChild warm = fork_warm_child(plan);
  const Number pid(warm.pid);
  const Number socket(warm.socket);
  const char* const argv[] = {kWarmInit, pid.text(), socket.text(), nullptr};
  const char* const environment[] = {nullptr};
  for (const int fd : {kControlFd, kStatusFd, warm.socket}) raw::call(SYS_fcntl, fd, F_SETFD, 0);
  const long failed =
      raw::call(SYS_execve, address(kWarmInit), address(argv), address(environment));
  fail(kControlFd, SetupStep::kExecute, failed);
}

}  // namespace leash::sandbox
