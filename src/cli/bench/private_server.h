#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "cli/client/server_address.h"
#include "cli/host/resources.h"
#include "cli/host/temporary_folder.h"
#include "sys/fd.h"
#include "sys/pidfd.h"

namespace leash::cli {

/// A `leash serve` of our own, with its defaults, on a port of the loopback that the system chooses
/// and with a state folder that goes with it. Nothing of the caller's LEASH_* variables reaches it.
///
/// Its process group is its own, so that a Ctrl-C reaches only us. The destructor ends it, and
/// with it every run: it waits for that. If this process is killed, the kernel tells it to end.
class PrivateServer {
 public:
  /// Starts the process; ready() follows. Blocks for a moment.
  [[nodiscard]] static base::Result<std::unique_ptr<PrivateServer>> start(
      const Resources& resources);
  ~PrivateServer();
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;
  PrivateServer(PrivateServer&&) = delete;
  PrivateServer& operator=(PrivateServer&&) = delete;

  /// Waits until it can be called. If it ends instead, the error is what it has said.
  [[nodiscard]] boost::asio::awaitable<base::Result<ServerAddress>> ready();

  /// Its first process, of which all others came.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// A folder for what goes with it.
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }

  /// Ends it now; an error says that it failed, or had to be killed.
  [[nodiscard]] base::Result<void> stop();

 private:
  PrivateServer(TemporaryFolder folder, pid_t pid, sys::PidFd process, sys::UniqueFd output)
      : folder_(std::move(folder)),
        pid_(pid),
        process_(std::move(process)),
        output_(std::move(output)) {}
  [[nodiscard]] base::Error why_it_ended() const;

  TemporaryFolder folder_;
  pid_t pid_;
  sys::PidFd process_;
  sys::UniqueFd output_;
  bool stopped_ = false;
};

}  // namespace leash::cli
