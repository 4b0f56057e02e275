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
using raw::address;

/// The kernel has forgotten the C library's area of restartable sequences, since its parent shared
/// the zygote's memory: what is written there is not true any more. So the library asks.
void forget_rseq() {
  if (__rseq_size == 0) return;
  char* thread = static_cast<char*>(__builtin_thread_pointer());
  volatile auto* area = reinterpret_cast<volatile struct rseq*>(thread + __rseq_offset);
  area->cpu_id = static_cast<std::uint32_t>(RSEQ_CPU_ID_REGISTRATION_FAILED);
}

/// In the child: waits for its job and becomes the program. Until then it is as trusted as the
/// init, and says itself what has failed.
[[noreturn]] void run_warm_child(const ChildPlan& plan, int socket) {
  forget_rseq();
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
  const ExecEntry& language = plan.languages[plan.language_count - 1];
  const Number pid(warm.pid);
  const Number socket(warm.socket);
  const Number number(static_cast<long>(plan.language_count - 1));
  constexpr std::size_t kMaxWords = 64;
  const char* argv[kMaxWords + 1] = {kWarmInit, pid.text(), socket.text(), number.text()};
  std::size_t count = kWarmInitArguments;
  for (const char* const* word = language.run; *word != nullptr; ++word) {
    if (count == kMaxWords) fail(kControlFd, SetupStep::kExecute, -E2BIG);
    argv[count++] = *word;
  }
  for (const int fd : {kControlFd, kStatusFd, warm.socket}) raw::call(SYS_fcntl, fd, F_SETFD, 0);
  const long failed =
      raw::call(SYS_execve, address(kWarmInit), address(argv), address(language.environment));
  fail(kControlFd, SetupStep::kExecute, failed);
}

}  // namespace leash::sandbox
