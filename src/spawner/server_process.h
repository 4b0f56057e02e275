#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "async/fd_watch.h"
#include "base/result.h"
#include "sys/pidfd.h"

namespace leash::spawner {

/// The unprivileged server process, a child of the spawner, connected to it by a socket. It starts
/// with an empty environment and drops its rights itself, as its first act, to `uid`.
///
/// Confined to the loop's thread. The destructor kills it and waits for its end.
class ServerProcess {
 public:
  struct Options {
    std::string program;
    int config_fd = -1;  ///< Stays the caller's.
    uid_t uid = 0;
  };
  /// Starts it. `socket` is its end of the connection. `ended` is called once when it has ended by
  /// itself, with how.
  [[nodiscard]] static base::Result<std::unique_ptr<ServerProcess>> start(
      boost::asio::io_context& loop, const Options& options, sys::UniqueFd socket,
      std::function<void(sys::PidFd::Exit)> ended);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ServerProcess(ServerProcess&&) = delete;
  ServerProcess& operator=(ServerProcess&&) = delete;

  void signal(int number) const;

 private:
  ServerProcess(boost::asio::io_context& loop, sys::PidFd process,
                std::function<void(sys::PidFd::Exit)> ended);

  sys::PidFd process_;
  async::FdWatch watch_;
  bool reaped_ = false;
};

}  // namespace leash::spawner
