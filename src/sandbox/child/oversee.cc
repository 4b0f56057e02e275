#include "sandbox/child/oversee.h"

#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kernel's sigset by raw calls
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <cstdint>

#include "protocol/messages.h"
#include "sandbox/child/artifacts.h"
#include "sandbox/child/channel.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"
#include "sandbox/child/signals.h"

namespace leash::sandbox {
namespace {

using protocol::InitOrder;
using protocol::Order;
using protocol::Report;
using raw::address;

constexpr KernelSigset kSigchld = KernelSigset{1} << (SIGCHLD - 1);

void kill_everybody_else() {
  long result = 0;
  do {
    raw::call(SYS_kill, -1, SIGKILL);
    result = raw::call(SYS_wait4, -1, 0, 0, 0);
  } while (result > 0 || result == -EINTR);
}

void send_artifacts(const char* const* artifacts) {
  kill_everybody_else();
  const long packed = pack_artifacts(artifacts);
  if (packed >= 0) {
    send_report(kStatusFd, {.report = Report::kArtifacts}, static_cast<int>(packed));
  } else {
    report_failure(kStatusFd, SetupStep::kArtifacts, packed);
  }
}

[[noreturn]] void report_end(int status, const rusage& usage, const char* const* artifacts) {
  if (artifacts != nullptr && status == 0) send_artifacts(artifacts);
  const auto us = [](const timeval& t) {
    return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(t.tv_usec);
  };
  send_report(kStatusFd, {.report = Report::kExited,
                          .wait_status = status,
                          .cpu_us = us(usage.ru_utime) + us(usage.ru_stime)});
  raw::exit(0);
}

/// Takes every ended child away; at the end of the program it reports and never returns.
void reap(int program, const char* const* artifacts) {
  while (true) {
    int status = 0;
    rusage usage{};
    const long pid = raw::call(SYS_wait4, -1, address(&status), WNOHANG, address(&usage));
    if (pid == -EINTR) continue;
    if (pid <= 0) return;
    if (pid == program) report_end(status, usage, artifacts);
  }
}

void follow_order(int program) {
  InitOrder order;
  int fd = -1;
  if (!receive_order(kControlFd, order, fd)) {
    // Or the server, if it lives on, would take the end for the program's.
    send_report(kStatusFd, {.report = Report::kOrphaned});
    raw::exit(0);
  }
  if (fd >= 0) raw::close(fd);
  if (order.order == Order::kSignal) raw::call(SYS_kill, -program, order.signal);
}

}  // namespace

long watch_children() {
  set_mask(kSigchld);
  const KernelSigset watched = kSigchld;
  return raw::call(SYS_signalfd4, -1, address(&watched), sizeof watched,
                   SFD_CLOEXEC | SFD_NONBLOCK);
}

void oversee(int program, int children, const char* const* artifacts) {
  while (true) {
    pollfd entries[2] = {{.fd = kControlFd, .events = POLLIN, .revents = 0},
                         {.fd = children, .events = POLLIN, .revents = 0}};
    raw::call(SYS_poll, address(entries), 2, -1);
    if (entries[1].revents != 0) {
      signalfd_siginfo info[4];
      raw::call(SYS_read, children, address(info), sizeof info);
      reap(program, artifacts);
    }
    if (entries[0].revents != 0) follow_order(program);
  }
}

}  // namespace leash::sandbox
