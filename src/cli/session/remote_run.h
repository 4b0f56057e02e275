#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/client/http_client.h"
#include "cli/client/line_splitter.h"
#include "cli/session/run_source.h"

namespace leash::cli {

/// A run on a server, followed over its NDJSON events. Its destructor closes the connection, which
/// ends a run that is still going.
class RemoteRun final : public RunSource {
 public:
  /// Starts a run: `body` is that of POST /v1/runs. Returns when its first event is there.
  [[nodiscard]] static boost::asio::awaitable<base::Result<std::unique_ptr<RemoteRun>>> start(
      ServerAddress server, std::string body);
  /// Follows a run that somebody else started, from its first event.
  [[nodiscard]] static boost::asio::awaitable<base::Result<std::unique_ptr<RemoteRun>>> attach(
      ServerAddress server, std::string id);

  [[nodiscard]] const std::string& id() const { return id_; }

  [[nodiscard]] boost::asio::awaitable<base::Result<run::EventPtr>> next() override;
  [[nodiscard]] boost::asio::awaitable<base::Result<Fed>> feed(std::string bytes) override;
  [[nodiscard]] boost::asio::awaitable<base::Result<void>> end_input() override;
  [[nodiscard]] boost::asio::awaitable<base::Result<void>> stop() override;
  [[nodiscard]] boost::asio::awaitable<base::Result<std::string>> run_object() override;

 private:
  RemoteRun(ServerAddress server, Connection events)
      : server_(std::move(server)), events_(std::move(events)) {}

  static boost::asio::awaitable<base::Result<std::unique_ptr<RemoteRun>>> open(
      ServerAddress server, Request request, std::string_view what);
  boost::asio::awaitable<base::Result<std::string>> next_line();
  boost::asio::awaitable<base::Result<Response>> send_input(std::string bytes, bool eof);

  ServerAddress server_;
  Connection events_;
  LineSplitter lines_;
  std::string id_;
  std::optional<std::string> first_line_;
  std::optional<Connection> input_;
  std::chrono::steady_clock::time_point input_used_;
};

}  // namespace leash::cli
