#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sys/pidfd.h"

namespace leash::run {

/// A spawner that this program has started as its helper, for use as a library. It ends by itself
/// when its socket is closed.
class HelperProcess {
 public:
  struct Options {
    std::string program;
    std::string state_dir;
    std::string resources;
  };
  struct Started;
  /// Returns the process and our end of its socket. Its environment is empty. Any thread.
  [[nodiscard]] static base::Result<Started> start(const Options& options);

  /// After the socket was closed: waits for its end, which is that of every slot. Kills it, and
  /// says so, if that takes too long.
  [[nodiscard]] base::Result<void> wait(base::Duration patience) const;

 private:
  explicit HelperProcess(sys::PidFd process) : process_(std::move(process)) {}
  sys::PidFd process_;
};

struct HelperProcess::Started {
  HelperProcess process;
  sys::UniqueFd socket;
};

}  // namespace leash::run
