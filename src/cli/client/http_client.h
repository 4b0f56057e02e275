#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/client/server_address.h"

namespace leash::cli {

struct Request {
  enum class Method : std::uint8_t { kGet, kPost, kDelete };
  Method method = Method::kGet;
  std::string target;  ///< "/v1/runs?limit=50"
  std::string body;
  std::string content_type = "application/json";
  std::string accept = "application/json";

  /// To be used where a request is made within a co_await expression: GCC 12 destroys an aggregate
  /// twice that is initialised there.
  [[nodiscard]] static Request get(std::string target);
  [[nodiscard]] static Request post(std::string target, std::string body = {});
};

struct Response {
  unsigned status = 0;
  std::string body;

  [[nodiscard]] bool is_success() const { return status / 100 == 2; }
  /// The body as JSON, or an error that says what came instead.
  [[nodiscard]] base::Result<boost::json::value> json() const;
  /// The refusal in a problem document, for people: "422: unknown language 'x' (language)".
  [[nodiscard]] base::Error refusal(std::string_view what) const;
};

/// One connection to a server: HTTP/1.1 over TCP or a unix socket, one exchange at a time.
///
/// Lives on one loop. Its destructor closes the connection, which a server takes as "the client
/// has gone". Cancelling a coroutine that waits here leaves it unusable.
class Connection {
 public:
  /// Waits at most 10 s. That nobody listens there is an error that says how to start a server.
  [[nodiscard]] static boost::asio::awaitable<base::Result<Connection>> open(ServerAddress server);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends a request and reads the whole answer. No time limit: see exchange_once().
  [[nodiscard]] boost::asio::awaitable<base::Result<Response>> exchange(Request request);

  /// Sends a request whose answer is read piece by piece. If the status is not a success, the body
  /// is read here, and next_piece() has nothing more.
  [[nodiscard]] boost::asio::awaitable<base::Result<Response>> start(Request request);
  /// The next piece of the body; none at its end. A body cut short is an error.
  [[nodiscard]] boost::asio::awaitable<base::Result<std::optional<std::string>>> next_piece();

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// How long a server may take for an answer that waits for no program: one that hangs accepts
/// connections all the same. A stop is answered after `stop_confirm_ms` at the latest.
inline constexpr std::chrono::milliseconds kAnswerTime{30'000};

/// One exchange over a connection of its own; an error if it takes longer than `patience`.
[[nodiscard]] boost::asio::awaitable<base::Result<Response>> exchange_once(
    ServerAddress server, Request request, std::chrono::milliseconds patience = kAnswerTime);

}  // namespace leash::cli
