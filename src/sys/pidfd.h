#pragma once

#include <sys/types.h>

#include "base/result.h"
#include "sys/fd.h"

namespace leash::sys {

/// A process by its pidfd: a handle that never comes to mean another process, as a number can.
///
/// The descriptor becomes readable when the process has ended. Owning a PidFd does not own the
/// process: whoever is its parent must reap() it once.
class PidFd {
 public:
  PidFd() = default;
  explicit PidFd(UniqueFd fd) : fd_(std::move(fd)) {}

  /// Only right while `pid` is a child not yet reaped, or the caller's own.
  [[nodiscard]] static base::Result<PidFd> open(pid_t pid);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool is_open() const { return fd_.is_open(); }
  [[nodiscard]] UniqueFd take() { return std::move(fd_); }

  /// Sends a signal. That the process has already ended is not an error.
  [[nodiscard]] base::Result<void> signal(int number) const;

  /// Whether the process has ended, reaped or not. Does not wait.
  [[nodiscard]] bool has_ended() const;

  struct Exit {
    bool signaled = false;
    int code = 0;  ///< The exit code, or the signal's number.
  };
  /// Waits until the child has ended and takes its status away. Parent only, once. EAGAIN if it has
  /// ended but is being traced, and the descriptor does not block.
  [[nodiscard]] base::Result<Exit> reap() const;

 private:
  UniqueFd fd_;
};

}  // namespace leash::sys
