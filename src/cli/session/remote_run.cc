#include "cli/session/remote_run.h"

#include <fmt/format.h>

#include "cli/client/event_json.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {
constexpr const char* kNdjson = "application/x-ndjson";
/// A connection that was idle for longer is not used again: the server may be closing it, and a
/// piece of input must not be sent twice.
constexpr auto kReuse = std::chrono::seconds(20);
}  // namespace

asio::awaitable<base::Result<std::unique_ptr<RemoteRun>>> RemoteRun::open(ServerAddress server,
                                                                          Request request,
                                                                          std::string_view what) {
  auto connection = co_await Connection::open(server);
  if (!connection) co_return connection.error();
  request.accept = kNdjson;
  const auto response = co_await connection->start(std::move(request));
  if (!response) co_return response.error();
  if (!response->is_success()) co_return response->refusal(what);
  std::unique_ptr<RemoteRun> run(new RemoteRun(std::move(server), *std::move(connection)));
  auto line = co_await run->next_line();
  if (!line) co_return line.error();
  run->id_ = read_queued_id(*line);
  run->first_line_ = *std::move(line);
  co_return run;
}

asio::awaitable<base::Result<std::unique_ptr<RemoteRun>>> RemoteRun::start(ServerAddress server,
                                                                           std::string body) {
  auto run =
      co_await open(std::move(server), Request::post("/v1/runs", std::move(body)), "start the run");
  if (run && (*run)->id_.empty()) {
    co_return base::plain_error("follow the run", "", "its first event is malformed");
  }
  co_return run;
}

asio::awaitable<base::Result<std::unique_ptr<RemoteRun>>> RemoteRun::attach(ServerAddress server,
                                                                            std::string id) {
  auto run = co_await open(std::move(server),
                           Request::get(fmt::format("/v1/runs/{}/events", percent_encode(id))),
                           "follow the run");
  if (run) (*run)->id_ = std::move(id);
  co_return run;
}

asio::awaitable<base::Result<std::string>> RemoteRun::next_line() {
  while (true) {
    if (auto line = lines_.next()) co_return *std::move(line);
    auto piece = co_await events_.next_piece();
    if (!piece) co_return piece.error();
    if (!*piece) {
      co_return base::plain_error("follow the run", id_, "the server ended the stream early");
    }
    lines_.feed(**piece);
  }
}

asio::awaitable<base::Result<run::EventPtr>> RemoteRun::next() {
  if (first_line_) {
    const std::string line = *std::move(first_line_);
    first_line_.reset();
    co_return read_event(line);
  }
  const auto line = co_await next_line();
  if (!line) co_return line.error();
  co_return read_event(*line);
}

asio::awaitable<base::Result<Response>> RemoteRun::send_input(std::string bytes, bool eof) {
  const auto now = std::chrono::steady_clock::now();
  if (!input_ || now - input_used_ > kReuse) {
    auto connection = co_await Connection::open(server_);
    if (!connection) co_return connection.error();
    input_ = *std::move(connection);
  }
  input_used_ = now;
  Request request = Request::post(fmt::format("/v1/runs/{}/stdin{}", id_, eof ? "?eof=true" : ""),
                                  std::move(bytes));
  request.content_type = "application/octet-stream";
  co_return co_await input_->exchange(std::move(request));
}

asio::awaitable<base::Result<RunSource::Fed>> RemoteRun::feed(std::string bytes) {
  const auto response = co_await send_input(std::move(bytes), false);
  if (!response) co_return response.error();
  if (response->is_success()) co_return Fed::kTaken;
  if (response->status == 413) co_return Fed::kFull;
  if (response->status == 409 || response->status == 404) co_return Fed::kClosed;
  co_return response->refusal("send input");
}

asio::awaitable<base::Result<void>> RemoteRun::end_input() {
  const auto response = co_await send_input("", true);
  if (!response) co_return response.error();
  co_return base::Result<void>();  // a refusal means that the program has ended: the same
}

asio::awaitable<base::Result<void>> RemoteRun::stop() {
  const auto response =
      co_await exchange_once(server_, Request::post(fmt::format("/v1/runs/{}/stop", id_)));
  if (!response) co_return response.error();
  if (!response->is_success()) co_return response->refusal("stop the run");
  co_return base::Result<void>();
}

asio::awaitable<base::Result<std::string>> RemoteRun::run_object() {
  auto response = co_await exchange_once(server_, Request::get(fmt::format("/v1/runs/{}", id_)));
  if (!response) co_return response.error();
  if (!response->is_success()) co_return response->refusal("read the run");
  co_return std::move(response->body);
}

}  // namespace leash::cli
