#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "http/compat/options.h"
#include "http/connection_table.h"
#include "http/disconnect_watch.h"
#include "http/guard.h"
#include "http/request_reader.h"
#include "http/static_files.h"
#include "runtimes/catalog.h"
#include "service/service.h"

namespace spdlog {
class logger;
}

namespace leash::http {

/// The HTTP server of api.md, in front of a service.
///
/// Everything happens on one loop, which is also the service's: construct, start, stop and destroy
/// it there, or while the loop does not run. The way out is service.shut_down(), then stop(), then,
/// when both are done, the destructor. A destructor without that closes every connection (so their
/// runs are left, with what their policy says) and turns the loop until the last session has ended;
/// it must not be called from one of the loop's own handlers then. It goes before the service.
class Server {
 public:
  struct Options {
    std::vector<std::string> listen{"127.0.0.1:3002"};  ///< See Listener::open().
    std::string token;                                  ///< The admin token.
    Guard::Authenticator authenticate;  ///< In place of `token`, if there are more tenants.
    std::vector<std::string> allowed_hosts;
    std::vector<std::string> allowed_origins;
    bool no_auth = false;  ///< Only where every address is local.
    base::Bytes body_limit = base::mib(1);
    HalfClose half_close = HalfClose::kAbort;
    ConnectionTable::Limits connections;
    ReadTimes times;
    /// A quiet stream is kept alive by a line, a WebSocket by a ping, which is to be answered in as
    /// long again.
    base::Millis quiet{15'000};
    base::Millis ticket_life{30'000};
    /// For the bytes of a whole answer, beyond everything that the run itself took.
    base::Millis write_margin{5'000};
    std::shared_ptr<const runtimes::Catalog> catalog;
    std::shared_ptr<spdlog::logger> access_log;  ///< Requests, and runs that ended. Null: none.
    std::span<const StaticFile> page = playground_files();
    CompatOptions compat;
  };
  Server(Options options, boost::asio::io_context& loop, service::Service& service);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) = delete;
  Server& operator=(Server&&) = delete;

  /// Binds every address and begins to accept.
  [[nodiscard]] base::Result<void> start();
  /// The ports of the TCP addresses, in the order of Options::listen.
  [[nodiscard]] std::vector<std::uint16_t> ports() const;
  [[nodiscard]] std::size_t connections() const;

  /// Accepts nothing more, closes idle connections and lets answers that are owed be given; `done`
  /// is called when none is left. Again: closes those as well.
  void stop(std::function<void()> done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace leash::http
