#include "sandbox/child/slot_job.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kernel's sigset by raw calls
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "protocol/job.h"
#include "protocol/messages.h"
#include "sandbox/child/artifacts.h"
#include "sandbox/child/channel.h"
#include "sandbox/child/clone_in_place.h"
#include "sandbox/child/command.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"
#include "sandbox/child/signals.h"

namespace leash::sandbox {
namespace {

using protocol::InitOrder;
using protocol::InitReport;
using protocol::Order;
using protocol::Report;
using raw::address;

constexpr KernelSigset kSigchld = KernelSigset{1} << (SIGCHLD - 1);

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

void kill_everybody_else() {
  long result = 0;
  do {
    raw::call(SYS_kill, -1, SIGKILL);
    result = raw::call(SYS_wait4, -1, 0, 0, 0);
  } while (result > 0 || result == -EINTR);
}

class Job {
 public:
  Job(const ChildPlan& plan, const WarmChild& warm, const Prestarted& prestarted,
      const InitOrder& order, int memfd)
      : step_(order.step) {
    std::string_view bytes;
    if (const long mapped = map_job(memfd, bytes); mapped < 0) {
      fail(kStatusFd, SetupStep::kReceiveJob, mapped);
    }
    if (order.language >= plan.language_count) fail(kStatusFd, SetupStep::kReceiveJob, -EINVAL);
    language_ = &plan.languages[order.language];
    protocol::JobReader reader(bytes);
    if (!reader.read_header()) fail(kStatusFd, SetupStep::kReceiveJob, -EBADMSG);
    if (const long result = unpack_files(reader); result < 0) {
      fail(kStatusFd, SetupStep::kUnpackJob, result);
    }
    ExecCommand command;
    if (const long result = build_command(*language_, step_, bytes, command); result < 0) {
      fail(kStatusFd, SetupStep::kPrepareCommand, result);
    }
    if (warm.pid > 0) {
      main_ = start_warm_program(warm, order, memfd);
    } else if (plan.prestart != nullptr && hand_job_over(plan, prestarted, order, command)) {
      main_ = prestarted.pid;
    } else {
      main_ = start_program(command);
    }
    raw::close(memfd);
    // The program alone has the pipes now: it can close them, and their other ends will tell.
    for (int fd = 0; fd < 3; ++fd) raw::close(fd);
    send_report(kStatusFd, {.report = Report::kStarted});
  }

  void signal(int number) const { raw::call(SYS_kill, -main_, number); }

  /// Takes every ended child away; at the end of the program it reports and never returns.
  void reap() const {
    while (true) {
      int status = 0;
      rusage usage{};
      const long pid = raw::call(SYS_wait4, -1, address(&status), WNOHANG, address(&usage));
      if (pid == -EINTR) continue;
      if (pid <= 0) return;
      if (pid == main_) report_end(status, usage);
    }
  }

 private:
  [[noreturn]] void report_end(int status, const rusage& usage) const {
    if (step_ == protocol::Step::kCompile && status == 0) {
      kill_everybody_else();
      const long artifacts = pack_artifacts(language_->artifacts);
      if (artifacts >= 0) {
        send_report(kStatusFd, {.report = Report::kArtifacts}, static_cast<int>(artifacts));
      } else {
        report_failure(kStatusFd, SetupStep::kArtifacts, artifacts);
      }
    }
    const auto us = [](const timeval& t) {
      return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 +
             static_cast<std::uint64_t>(t.tv_usec);
    };
    send_report(kStatusFd, {.report = Report::kExited,
                            .wait_status = status,
                            .cpu_us = us(usage.ru_utime) + us(usage.ru_stime)});
    raw::exit(0);
  }

  protocol::Step step_;
  const ExecEntry* language_ = nullptr;
  int main_ = -1;
};

}  // namespace

void serve_job(const ChildPlan& plan, const WarmChild& warm, const Prestarted& prestarted) {
  InitOrder order;
  int memfd = -1;
  if (!receive_order(kControlFd, order, memfd)) raw::exit(0);
  if (order.order != Order::kJob || memfd < 0) fail(kStatusFd, SetupStep::kReceiveJob, -EBADMSG);

  set_mask(kSigchld);
  const KernelSigset watched = kSigchld;
  const long signals =
      raw::call(SYS_signalfd4, -1, address(&watched), sizeof watched, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) fail(kStatusFd, SetupStep::kReceiveJob, signals);
  const Job job(plan, warm, prestarted, order, memfd);
  while (true) {
    pollfd entries[2] = {{.fd = kControlFd, .events = POLLIN, .revents = 0},
                         {.fd = static_cast<int>(signals), .events = POLLIN, .revents = 0}};
    raw::call(SYS_poll, address(entries), 2, -1);
    if (entries[1].revents != 0) {
      signalfd_siginfo info[4];
      raw::call(SYS_read, signals, address(info), sizeof info);
      job.reap();
    }
    if (entries[0].revents != 0) {
      if (!receive_order(kControlFd, order, memfd)) {
        // Or the server, if it lives on, would take the end for the program's.
        send_report(kStatusFd, {.report = Report::kOrphaned});
        raw::exit(0);
      }
      if (memfd >= 0) raw::close(memfd);
      if (order.order == Order::kSignal) job.signal(order.signal);
    }
  }
}

}  // namespace leash::sandbox
