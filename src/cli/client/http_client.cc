#include "cli/client/http_client.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <variant>

#include "cli/client/json_field.h"
#include "cli/text/units.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using Socket = asio::generic::stream_protocol::socket;
using ErrorCode = boost::system::error_code;
namespace {

constexpr auto kConnectTime = std::chrono::seconds(10);
constexpr std::size_t kPiece = 64 * 1024;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

base::Error transport_error(std::string operation, const ServerAddress& server,
                            const ErrorCode& failed) {
  const bool gone = failed == http::error::partial_message ||
                    failed == http::error::end_of_stream || failed == asio::error::connection_reset;
  return base::plain_error(std::move(operation), server.address.text(),
                           gone ? "the server closed the connection early" : failed.message());
}

base::Error connect_error(const ServerAddress& server, const ErrorCode& failed) {
  if (failed == asio::error::connection_refused ||
      (server.address.is_unix() && failed == boost::system::errc::no_such_file_or_directory)) {
    return base::plain_error("connect", server.address.text(),
                             "no server there; start one with `leash serve`");
  }
  return transport_error("connect", server, failed);
}

asio::awaitable<ErrorCode> connect_socket(Socket& socket, const Address& address) {
  if (address.is_unix()) {
    const asio::local::stream_protocol::endpoint endpoint(address.path);
    auto [failed] = co_await socket.async_connect(endpoint, kTuple);
    co_return failed;
  }
  asio::ip::tcp::resolver resolver(socket.get_executor());
  auto [unresolved, found] =
      co_await resolver.async_resolve(address.host, std::to_string(address.port), kTuple);
  if (unresolved) co_return unresolved;
  ErrorCode last = asio::error::host_not_found;
  for (const auto& entry : found) {
    ErrorCode ignored;
    socket.close(ignored);
    auto [failed] = co_await socket.async_connect(entry.endpoint(), kTuple);
    last = failed;
    if (!last) break;
  }
  co_return last;
}

asio::awaitable<ErrorCode> time_out(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(kTuple);
  co_return ErrorCode(asio::error::timed_out);
}

http::verb verb_of(Request::Method method) {
  switch (method) {
    case Request::Method::kGet:
      return http::verb::get;
    case Request::Method::kPost:
      return http::verb::post;
    case Request::Method::kDelete:
      return http::verb::delete_;
  }
  return http::verb::get;
}

}  // namespace

Request Request::get(std::string target) {
  return {.target = std::move(target)};
}

Request Request::post(std::string target, std::string body) {
  return {.method = Method::kPost, .target = std::move(target), .body = std::move(body)};
}

base::Result<json::value> Response::json() const {
  ErrorCode failed;
  json::value document = json::parse({body.data(), body.size()}, failed);
  if (!failed) return document;
  return base::plain_error("read the answer", "", "it is not JSON; is this a leash server?");
}

base::Error Response::refusal(std::string_view what) const {
  std::string detail;
  if (const auto document = json(); document && document->is_object()) {
    detail = text_field(document->as_object(), "detail");
    if (detail.empty()) detail = text_field(document->as_object(), "title");
    const std::string field = text_field(document->as_object(), "field");
    if (!field.empty()) detail += fmt::format(" ({})", field);
  }
  if (status == 401) {
    detail = "the token is missing or wrong; set LEASH_TOKEN or use the ready link as --server";
  }
  if (detail.empty()) detail = http::obsolete_reason(static_cast<http::status>(status));
  return base::plain_error(std::string(what), "", fmt::format("{} {}", status, detail));
}

struct Connection::Impl {
  Impl(Socket opened, ServerAddress where) : socket(std::move(opened)), server(std::move(where)) {}

  asio::awaitable<base::Result<void>> send(Request request);
  asio::awaitable<base::Result<void>> read_rest(std::string& body);

  Socket socket;
  ServerAddress server;
  beast::flat_buffer buffer;
  std::optional<http::response_parser<http::buffer_body>> parser;
};

asio::awaitable<base::Result<void>> Connection::Impl::send(Request request) {
  http::request<http::string_body> message(verb_of(request.method), request.target, 11);
  message.set(http::field::host, server.address.is_unix() ? "localhost" : server.address.text());
  message.set(http::field::user_agent, "leash/" LEASH_VERSION);
  message.set(http::field::accept, request.accept);
  if (!server.token.empty()) message.set(http::field::authorization, "Bearer " + server.token);
  if (request.method == Request::Method::kPost) {
    message.set(http::field::content_type, request.content_type);
    message.body() = std::move(request.body);
    message.prepare_payload();
  }
  auto [unsent, bytes] = co_await http::async_write(socket, message, kTuple);
  // A server may refuse before it has read everything: its answer says more than a broken pipe.
  const bool answer_may_come =
      unsent == asio::error::broken_pipe || unsent == asio::error::connection_reset;
  if (unsent && !answer_may_come) co_return transport_error("send to", server, unsent);
  parser.emplace();
  parser->body_limit(boost::none);
  auto [unread, size] = co_await http::async_read_header(socket, buffer, *parser, kTuple);
  if (unread) co_return transport_error("read from", server, unread);
  co_return base::Result<void>();
}

asio::awaitable<base::Result<void>> Connection::Impl::read_rest(std::string& body) {
  std::array<char, kPiece> piece;
  while (!parser->is_done()) {
    auto& target = parser->get().body();
    target.data = piece.data();
    target.size = piece.size();
    auto [failed, bytes] = co_await http::async_read_some(socket, buffer, *parser, kTuple);
    if (failed && failed != http::error::need_buffer) {
      co_return transport_error("read from", server, failed);
    }
    body.append(piece.data(), piece.size() - target.size);
  }
  co_return base::Result<void>();
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&& other) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept = default;

asio::awaitable<base::Result<Connection>> Connection::open(ServerAddress server) {
  using asio::experimental::awaitable_operators::operator||;
  Socket socket(co_await asio::this_coro::executor);
  const auto first = co_await (connect_socket(socket, server.address) || time_out(kConnectTime));
  const ErrorCode failed = std::visit([](const ErrorCode& code) { return code; }, first);
  if (failed) co_return connect_error(server, failed);
  co_return Connection(std::make_unique<Impl>(std::move(socket), std::move(server)));
}

asio::awaitable<base::Result<Response>> Connection::exchange(Request request) {
  auto sent = co_await impl_->send(std::move(request));
  if (!sent) co_return sent.error();
  Response response{.status = impl_->parser->get().result_int()};
  auto read = co_await impl_->read_rest(response.body);
  if (!read) co_return read.error();
  co_return response;
}

asio::awaitable<base::Result<Response>> Connection::start(Request request) {
  auto sent = co_await impl_->send(std::move(request));
  if (!sent) co_return sent.error();
  Response response{.status = impl_->parser->get().result_int()};
  if (!response.is_success()) {
    auto read = co_await impl_->read_rest(response.body);
    if (!read) co_return read.error();
  }
  co_return response;
}

asio::awaitable<base::Result<std::optional<std::string>>> Connection::next_piece() {
  std::string piece(kPiece, '\0');
  while (!impl_->parser->is_done()) {
    auto& target = impl_->parser->get().body();
    target.data = piece.data();
    target.size = piece.size();
    auto [failed, bytes] =
        co_await http::async_read_some(impl_->socket, impl_->buffer, *impl_->parser, kTuple);
    if (failed && failed != http::error::need_buffer) {
      co_return transport_error("read from", impl_->server, failed);
    }
    if (const std::size_t got = piece.size() - target.size; got > 0) {
      piece.resize(got);
      co_return std::optional(std::move(piece));
    }
  }
  co_return std::optional<std::string>();
}

asio::awaitable<base::Result<Response>> exchange_once(ServerAddress server, Request request,
                                                      std::chrono::milliseconds patience) {
  using asio::experimental::awaitable_operators::operator||;
  const std::string where = server.address.text();
  auto connection = co_await Connection::open(std::move(server));
  if (!connection) co_return connection.error();
  auto first = co_await (connection->exchange(std::move(request)) || time_out(patience));
  if (auto* answer = std::get_if<0>(&first)) co_return std::move(*answer);
  co_return base::plain_error("read from", where,
                              fmt::format("it did not answer within {}", show_duration(patience)));
}

}  // namespace leash::cli
