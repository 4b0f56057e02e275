#include "cli/bench/server_calls.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <exception>

#include "cli/client/json_field.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned kWallMs = 120'000;
constexpr auto kOutputPatience = std::chrono::seconds(60);  // a compiler may be in it
constexpr auto kPollInterval = std::chrono::milliseconds(10);
constexpr std::string_view kSucceeded = R"("status":"succeeded")";
constexpr std::string_view kEmpty = R"("empty":true)";

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

base::Error not_succeeded(const Response& response) {
  const auto document = response.json();
  if (!document || !document->is_object()) return response.refusal("run a program");
  const json::object& run = document->as_object();
  return base::plain_error("run a program", text_field(run, "language"),
                           fmt::format("{}, {}: {}", text_field(run, "status"),
                                       text_field(run, "cause"), text_field(run, "stderr")));
}

/// What the clients of one measurement share; on one loop.
struct Load {
  std::string body;
  Clock::time_point end;
  unsigned clients = 0;  ///< Still at work.
  std::size_t runs = 0;
  std::optional<base::Error> failed;
};

asio::awaitable<void> client(ServerAddress server, Load& load) {
  auto connection = co_await Connection::open(std::move(server));
  if (!connection) {
    load.failed = connection.error();
    co_return;
  }
  while (Clock::now() < load.end && !load.failed) {
    const auto took = co_await timed_run(*connection, load.body);
    if (!took) {
      load.failed = took.error();
      co_return;
    }
    ++load.runs;
  }
}

}  // namespace

std::string run_body(std::string_view language, std::string_view code) {
  return json::serialize(json::object{
      {"language", language}, {"code", code}, {"limits", json::object{{"wall_ms", kWallMs}}}});
}

Reply<json::value> call(Connection& connection, Request request) {
  const std::string what = request.target;
  const auto response = co_await connection.exchange(std::move(request));
  if (!response) co_return response.error();
  if (!response->is_success()) co_return response->refusal(what);
  co_return response->json();
}

Reply<double> timed_run(Connection& connection, std::string body) {
  Request request = Request::post("/v1/runs", std::move(body));
  const auto begin = Clock::now();
  const auto response = co_await connection.exchange(std::move(request));
  const double took = milliseconds_since(begin);
  if (!response) co_return response.error();
  if (response->body.find(kSucceeded) == std::string::npos) co_return not_succeeded(*response);
  co_return took;
}

Reply<std::string> start_and_read(Connection& connection, std::string body) {
  Request request = Request::post("/v1/runs?async=true", std::move(body));
  const auto started = co_await call(connection, std::move(request));
  if (!started) co_return started.error();
  const std::string id = started->is_object() ? text_field(started->as_object(), "id") : "";
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (const auto begin = Clock::now(); Clock::now() - begin < kOutputPatience;) {
    Request look = Request::get("/v1/runs/" + id);
    const auto run = co_await call(connection, std::move(look));
    if (!run) co_return run.error();
    if (!run->is_object()) break;
    if (!text_field(run->as_object(), "stdout").empty()) co_return id;
    if (text_field(run->as_object(), "state") == "finished") break;
    timer.expires_after(kPollInterval);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return base::plain_error("start a program", id, "it printed nothing");
}

Reply<double> timed_stop(Connection& connection, std::string id) {
  Request request = Request::post(fmt::format("/v1/runs/{}/stop", id));
  const auto begin = Clock::now();
  const auto response = co_await connection.exchange(std::move(request));
  const double took = milliseconds_since(begin);
  if (!response) co_return response.error();
  if (!response->is_success()) co_return response->refusal("stop a program");
  if (response->body.find(kEmpty) == std::string::npos) {
    co_return base::plain_error("stop a program", id, "its end was not proven");
  }
  co_return took;
}

Reply<double> run_rate(ServerAddress server, std::string body, unsigned connections,
                       base::Duration time) {
  const auto loop = co_await asio::this_coro::executor;
  const auto begin = Clock::now();
  Load load{.body = std::move(body), .end = begin + time, .clients = connections};
  asio::steady_timer all_done(loop, Clock::time_point::max());
  for (unsigned i = 0; i < connections; ++i) {
    asio::co_spawn(loop, client(server, load), [&](const std::exception_ptr& thrown) {
      if (thrown) load.failed = base::plain_error("load the server", "", "a client has failed");
      if (--load.clients == 0) all_done.cancel();
    });
  }
  co_await all_done.async_wait(asio::as_tuple(asio::use_awaitable));
  if (load.failed) co_return *load.failed;
  const std::chrono::duration<double> took = Clock::now() - begin;
  co_return static_cast<double>(load.runs) / took.count();
}

}  // namespace leash::cli
