#include "sandbox/child/slot_job.h"

#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): the kernel's SIGCHLD

#include "protocol/job.h"
#include "protocol/messages.h"
#include "sandbox/child/channel.h"
#include "sandbox/child/clone_in_place.h"
#include "sandbox/child/command.h"
#include "sandbox/child/oversee.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"
#include "sandbox/child/signals.h"

namespace leash::sandbox {
namespace {

using protocol::InitOrder;
using protocol::Order;
using protocol::Report;
using raw::address;

/// In the child, which has the init's memory until then: becomes the program, or says why it
/// cannot.
[[noreturn]] void become_program(const ExecCommand& command, volatile long& error) {
  long result = raw::call(SYS_setsid);
  if (result >= 0) {
    set_mask(0);
    result = raw::call(SYS_execve, address(command.argv[0]), address(command.argv),
                       address(command.envp));
  }
  error = result;
  raw::exit(127);
}

/// What execve() says of a file that is no program, or names a loader that there is not.
bool is_no_program(long error) {
  return error == -ENOEXEC || error == -ENOENT || error == -EACCES || error == -ELIBBAD;
}

/// As a shell does: what was compiled is the run's own, so this is an end, and no failure of ours.
[[noreturn]] void end_unexecuted() {
  constexpr std::string_view kText = "leash: what was compiled cannot be executed\n";
  constexpr int kCannotExecute = 126;
  raw::write_all(STDERR_FILENO, kText.data(), kText.size());
  send_report(kStatusFd, {.report = Report::kStarted});
  send_report(kStatusFd, {.report = Report::kExited, .wait_status = kCannotExecute << 8});
  raw::exit(0);
}

/// Starts the program; by its return the program was executed, or has ended. Returns its pid; fails
/// the slot if it could not be executed, unless it is what the run itself has compiled.
int start_program(const ExecCommand& command) {
  volatile long error = 0;
  // Waits in the call itself: there is no second one that could fail and leave it open whether the
  // program runs. The filter knows clone, not clone3.
  const long pid = leash_clone_in_place(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
  if (pid == 0) become_program(command, error);
  if (pid < 0) fail(kStatusFd, SetupStep::kFork, pid);
  const bool is_compiled = command.argv[0][0] != '/';
  if (is_compiled && is_no_program(error)) end_unexecuted();
  if (error != 0) fail(kStatusFd, SetupStep::kExecute, error);
  return static_cast<int>(pid);
}

/// Does what the order says; returns the pid of the program, which has been started.
int start_job(const ChildPlan& plan, const Prestarted& prestarted, const InitOrder& order,
              int memfd) {
  std::string_view bytes;
  if (const long mapped = map_job(memfd, bytes); mapped < 0) {
    fail(kStatusFd, SetupStep::kReceiveJob, mapped);
  }
  if (const long unpacked = unpack_files(bytes); unpacked < 0) {
    fail(kStatusFd, SetupStep::kUnpackJob, unpacked);
  }
  ExecCommand command;
  const long built = build_command(plan.languages[order.language], order.step, bytes, command);
  if (built < 0) fail(kStatusFd, SetupStep::kPrepareCommand, built);
  if (plan.prestart != nullptr && hand_job_over(plan, prestarted, order, command)) {
    return prestarted.pid;
  }
  return start_program(command);
}

}  // namespace

void serve_job(const ChildPlan& plan, const Prestarted& prestarted) {
  InitOrder order;
  int memfd = -1;
  if (!receive_order(kControlFd, order, memfd)) raw::exit(0);
  if (order.order != Order::kJob || memfd < 0) fail(kStatusFd, SetupStep::kReceiveJob, -EBADMSG);
  if (order.language >= plan.language_count) fail(kStatusFd, SetupStep::kReceiveJob, -EINVAL);
  const long children = watch_children();
  if (children < 0) fail(kStatusFd, SetupStep::kReceiveJob, children);
  const int program = start_job(plan, prestarted, order, memfd);
  raw::close(memfd);
  // The program alone has the pipes now: it can close them, and their other ends will tell.
  for (int fd = 0; fd < 3; ++fd) raw::close(fd);
  send_report(kStatusFd, {.report = Report::kStarted});
  const bool compiles = order.step == protocol::Step::kCompile;
  oversee(program, static_cast<int>(children),
          compiles ? plan.languages[order.language].artifacts : nullptr);
}

}  // namespace leash::sandbox
