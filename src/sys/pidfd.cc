#include "sys/pidfd.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace leash::sys {

base::Result<PidFd> PidFd::open(pid_t pid) {
  const long fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) return base::system_error("pidfd_open", std::to_string(pid));
  return PidFd(UniqueFd(static_cast<int>(fd)));
}

base::Result<void> PidFd::signal(int number) const {
  if (::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0) != 0 && errno != ESRCH) {
    return base::system_error("pidfd_send_signal", std::to_string(number));
  }
  return {};
}

bool PidFd::has_ended() const {
  pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 1;
}

base::Result<PidFd::Exit> PidFd::reap() const {
  siginfo_t info{};
  bool ended = false;
  while (::waitid(P_PIDFD, static_cast<id_t>(fd_.get()), &info, WEXITED) != 0) {
    if (errno == EAGAIN && !ended) {  // the descriptor does not block: an event loop's
      pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
      ended = ::poll(&entry, 1, -1) == 1;
    } else if (errno != EINTR) {
      return base::system_error("waitid");
    }
  }
  return Exit{.signaled = info.si_code != CLD_EXITED, .code = info.si_status};
}

}  // namespace leash::sys
