#pragma once

#include <utility>

#include "base/result.h"

namespace leash::sys {

/// Owns one file descriptor and closes it once. Close is never retried: after EINTR the number may
/// already belong to somebody else. One thread at a time; movable.
///
/// In signatures: `UniqueFd` by value takes the descriptor, `int` only looks at it.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// The two ends of a pipe, both close-on-exec.
struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

[[nodiscard]] base::Result<Pipe> make_pipe();

/// A close-on-exec copy of a descriptor that stays with its owner.
[[nodiscard]] base::Result<UniqueFd> duplicate(int fd);

/// An eventfd: close-on-exec, non-blocking, counter 0.
[[nodiscard]] base::Result<UniqueFd> make_event_fd();

[[nodiscard]] base::Result<void> set_nonblocking(int fd);

}  // namespace leash::sys
