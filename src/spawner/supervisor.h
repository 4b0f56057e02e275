#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>

#include "protocol/messages.h"
#include "spawner/options.h"
#include "spawner/server_link.h"
#include "spawner/server_process.h"
#include "spawner/slot_pool.h"

namespace leash::spawner {

/// Keeps the server process alive and ends everything in the right order.
///
/// The server died of a signal: its runs are ended and it is started again (a few times in a row at
/// most). It exited by itself: the spawner ends with its code. A signal that ends a program becomes
/// a SIGTERM for it; it drains and exits. One that has come before start() is obeyed by it. Nobody
/// survives the spawner: when it is gone the server sees the end of its socket, and every slot's
/// init the end of its own.
class Supervisor {
 public:
  /// `signals` are those of async::add_end_signals(); all references outlive it.
  Supervisor(boost::asio::io_context& loop, boost::asio::signal_set& signals,
             const Options& options, SlotPool& pool, const protocol::Hello& hello,
             std::size_t languages, uid_t server_uid);

  [[nodiscard]] base::Result<void> start();
  /// After the loop has ended.
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  [[nodiscard]] base::Result<void> start_server();
  [[nodiscard]] base::Result<void> serve_client();
  void on_server_ended(sys::PidFd::Exit exit);
  void wait_for_signal();
  void shut_down(int exit_code);

  boost::asio::io_context& loop_;
  const Options& options_;
  SlotPool& pool_;
  const protocol::Hello& hello_;
  std::size_t languages_;
  uid_t server_uid_;
  boost::asio::signal_set& signals_;
  std::unique_ptr<ServerLink> link_;
  std::unique_ptr<ServerProcess> server_;
  base::TimePoint started_;
  int quick_deaths_ = 0;
  int exit_code_ = 0;
  bool closing_ = false;
};

}  // namespace leash::spawner
