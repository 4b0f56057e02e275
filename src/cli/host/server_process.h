#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/config/server_config.h"
#include "http/server.h"
#include "run/local_executor.h"
#include "service/service.h"
#include "service/tokens/token_book.h"
#include "sys/fd.h"

namespace leash::cli {

/// The unprivileged process of the server: catalog, executor, service and HTTP on one loop.
///
/// Theory of operation. While it still has the rights it was started with it reads its files and
/// binds its addresses, and does nothing else; then it gives them up for good, and only then talks
/// to anybody. SIGTERM, SIGINT, SIGHUP or SIGQUIT drains and ends it (exit code 0), the second one
/// at once. If the
/// spawner is lost, every run has ended with it, and so does this process (exit code 1).
class ServerProcess {
 public:
  struct Options {
    ServerConfig config;
    sys::UniqueFd spawner_socket;
    std::optional<uid_t> uid;  ///< To become this user; none to stay who we are.
  };
  explicit ServerProcess(Options options);

  /// Serves until told to end; gives the exit code. Once.
  [[nodiscard]] base::Result<int> run();

 private:
  [[nodiscard]] base::Result<void> prepare();
  void make_service(std::shared_ptr<const runtimes::Catalog> catalog);
  void make_server(std::shared_ptr<const runtimes::Catalog> catalog,
                   std::shared_ptr<const http::FlowModules> modules);
  [[nodiscard]] base::Result<void> open_tokens();
  [[nodiscard]] base::Result<void> keep_records(sys::UniqueFd folder);
  [[nodiscard]] std::optional<service::Tenant> authenticate(std::string_view token) const;
  [[nodiscard]] std::string version_of(const std::string& language) const;
  void announce();
  void await_signal();
  void shut_down();
  void close_server();
  void spawner_lost();

  // In the order of dependence: what is declared later is gone earlier.
  Options options_;
  base::SystemClock clock_;
  boost::asio::io_context loop_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer last_answers_;
  std::unique_ptr<run::LocalExecutor> executor_;
  std::unique_ptr<service::Service> service_;
  std::unique_ptr<service::TokenBook> tokens_;
  std::unique_ptr<http::Server> server_;
  int exit_code_ = 0;
  bool closing_ = false;
};

}  // namespace leash::cli
