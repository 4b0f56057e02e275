#include "http/server.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "http/app.h"
#include "http/listener.h"
#include "http/request_id.h"
#include "http/response.h"
#include "http/session.h"

namespace leash::http {
namespace {

namespace asio = boost::asio;

constexpr base::Bytes kMaxBody = base::mib(32);

/// Beyond slow_client, so that the kernel does not give a client up as lost that is only slow.
constexpr base::Millis kUserTimeoutMargin{30'000};

}  // namespace

/// Shared by the server and every coroutine it started, so that none outlives what it uses.
class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Options options, asio::io_context& loop, service::Service& service)
      : options_(std::move(options)),
        app_{.loop = loop,
             .service = service,
             .catalog = options_.catalog,
             .guard = Guard({.allowed_hosts = options_.allowed_hosts,
                             .allowed_origins = options_.allowed_origins,
                             .no_auth = options_.no_auth,
                             .authenticate = options_.authenticate ? options_.authenticate
                                                                   : single_token(options_.token)}),
             .log = AccessLog(options_.access_log),
             .audit = AuditLog(options_.access_log),
             .body_limit = options_.body_limit,
             .times = options_.times,
             .write_margin = options_.write_margin,
             .quiet = options_.quiet,
             .page = options_.page,
             .tickets = TicketTable(options_.ticket_life),
             .compat = options_.compat,
             .flow = {.since = std::chrono::steady_clock::now(),
                      .since_at = std::chrono::system_clock::now()}},
        watch_(loop, options_.half_close, silent_loss().patience()),
        table_(options_.connections) {}

  [[nodiscard]] SilentLoss silent_loss() const {
    return {.quiet = options_.quiet,
            .unacknowledged = app_.service.options().slow_client + kUserTimeoutMargin};
  }

  [[nodiscard]] base::Result<void> check_options() const {
    for (const auto& address : options_.listen) {
      if (options_.no_auth && !is_local_address(address)) {
        return base::plain_error("listen", address,
                                 "without tokens only loopback and unix sockets are allowed");
      }
    }
    if (!options_.no_auth && options_.token.empty() && !options_.authenticate) {
      return base::plain_error("start", "http", "there is no token");
    }
    if (options_.body_limit > kMaxBody) {
      return base::plain_error("start", "http", "the body limit may be 32 MiB at most");
    }
    if (!options_.catalog) return base::plain_error("start", "http", "there is no catalog");
    return {};
  }

  [[nodiscard]] base::Result<void> start() {
    if (auto checked = check_options(); !checked) return checked;
    if (auto watching = watch_.start(); !watching) return watching;
    const Listener::Hooks hooks{
        .accepted = [this](ConnectionPtr connection) { accept(std::move(connection)); },
        .exhausted = [this] { return table_.evict_one(); }};
    for (const auto& address : options_.listen) {
      auto listener = Listener::open(app_.loop, address, silent_loss(), hooks);
      if (!listener) {
        listeners_.clear();
        return listener.error();
      }
      listeners_.push_back(std::move(*listener));
    }
    app_.connections = [this] { return table_.size(); };
    std::weak_ptr<Impl> weak = weak_from_this();
    app_.service.on_run_finished([weak](const service::Record& record) {
      const auto self = weak.lock();
      if (!self) return;
      self->app_.audit.run_ended(record);
      self->app_.metrics.run_finished(record.run->snapshot(),
                                      {.max_wall = self->app_.service.options().maxima.wall,
                                       .limit_grace = record.run->spec().limit_grace});
    });
    for (const auto& listener : listeners_) {
      ++coroutines_;
      asio::co_spawn(app_.loop.get_executor(), listen(shared_from_this(), *listener),
                     asio::detached);
    }
    return {};
  }

  void stop(std::function<void()> done) {
    for (const auto& listener : listeners_) listener->close();
    if (app_.stopping) table_.close_all();
    app_.stopping = true;
    table_.close_waiting();
    if (done) done_ = std::move(done);
    tell_if_done();
  }

  void close_all() {
    stop(nullptr);
    table_.close_all();
    while (coroutines_ > 0) {
      if (app_.loop.stopped()) app_.loop.restart();
      if (app_.loop.poll_one() == 0) break;
    }
  }

  [[nodiscard]] const std::vector<std::unique_ptr<Listener>>& listeners() const {
    return listeners_;
  }
  [[nodiscard]] std::size_t connections() const { return table_.size(); }

 private:
  static Task<void> listen(std::shared_ptr<Impl> self, Listener& listener) {
    co_await listener.run();
    self->ended();
  }

  static Task<void> serve(std::shared_ptr<Impl> self, ConnectionPtr connection) {
    Session session(self->app_, self->table_, *connection);
    try {
      co_await session.run();
    } catch (const std::exception&) {
      // Only memory can have run out. The connection ends; the runs it holds are left.
    }
    self->table_.remove(*connection);
    connection->close();
    for (const auto& listener : self->listeners_) listener->room();
    self->ended();
  }

  void accept(ConnectionPtr connection) {
    if (app_.stopping || connection->is_closed()) return;
    if (!table_.admit(*connection)) {
      refuse(*connection);
      return;
    }
    if (!connection->watch(watch_)) {
      table_.remove(*connection);
      return;
    }
    ++coroutines_;
    asio::co_spawn(app_.loop.get_executor(), serve(shared_from_this(), std::move(connection)),
                   asio::detached);
  }

  /// There is no room, and nobody who could make some: says so if that costs nothing.
  void refuse(Connection& connection) {
    std::string out;
    const Response response = problem_response({.code = service::ProblemCode::kUnavailable,
                                                .detail = "too many connections",
                                                .retry_after_s = 1});
    const std::string id = request_id({});
    append_head(out, response, {.request_id = id, .keep_alive = false});
    out += response.body;
    connection.write_once(out);
    connection.close();
  }

  void ended() {
    --coroutines_;
    tell_if_done();
  }

  void tell_if_done() {
    if (!app_.stopping || coroutines_ > 0 || !done_) return;
    const auto done = std::exchange(done_, nullptr);
    done();
  }

  Options options_;
  App app_;
  DisconnectWatch watch_;
  ConnectionTable table_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::size_t coroutines_ = 0;
  std::function<void()> done_;
};

Server::Server(Options options, asio::io_context& loop, service::Service& service)
    : impl_(std::make_shared<Impl>(std::move(options), loop, service)) {}

Server::~Server() {
  impl_->close_all();
}

base::Result<void> Server::start() {
  return impl_->start();
}

std::vector<std::uint16_t> Server::ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& listener : impl_->listeners()) {
    if (!listener->is_unix()) ports.push_back(listener->port());
  }
  return ports;
}

std::size_t Server::connections() const {
  return impl_->connections();
}

void Server::stop(std::function<void()> done) {
  impl_->stop(std::move(done));
}

}  // namespace leash::http
