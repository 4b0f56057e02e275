// A run's WebSocket, and the tickets by which a browser opens it.
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>

#include "http/exchange.h"
#include "http/json_request.h"
#include "http/json_text.h"
#include "http/query.h"
#include "http/routes.h"
#include "http/ws_session.h"

namespace leash::http::routes {
namespace {

namespace bhttp = boost::beast::http;
using service::Problem;
using service::ProblemCode;

constexpr std::size_t kKeyBytes = 16;

/// Why this request cannot become a WebSocket (RFC 6455, 4.2.1).
std::optional<Problem> check_upgrade(Exchange& exchange) {
  if (!boost::beast::websocket::is_upgrade(exchange.message())) {
    return Problem{.code = ProblemCode::kUpgradeRequired,
                   .detail = "this is a WebSocket; /events has the same events over plain HTTP"};
  }
  if (exchange.header(bhttp::field::sec_websocket_version) != "13") {
    return Problem{.code = ProblemCode::kUpgradeRequired,
                   .detail = "only version 13 of the protocol is spoken here"};
  }
  const auto key = decode_base64(exchange.header(bhttp::field::sec_websocket_key));
  if (!key || key->size() != kKeyBytes) {
    return Problem{.code = ProblemCode::kBadRequest, .detail = "a malformed Sec-WebSocket-Key"};
  }
  if (exchange.message().chunked() || !exchange.body().empty()) {
    return Problem{.code = ProblemCode::kBadRequest, .detail = "a handshake has no body"};
  }
  if (!exchange.connection().pending().empty()) {
    return Problem{.code = ProblemCode::kBadRequest,
                   .detail = "nothing may follow the handshake before its answer"};
  }
  return std::nullopt;
}

}  // namespace

Task<void> open_websocket(App& app, Exchange& exchange) {
  const service::RecordPtr record = app.service.find(exchange.tenant(), exchange.parameter());
  std::optional<Problem> problem;
  if (!record) {
    problem = Problem{.code = ProblemCode::kNotFound, .detail = "there is no such run"};
  } else {
    problem = check_upgrade(exchange);
  }
  auto after = last_event_id(exchange.header("Last-Event-ID"), exchange.target());
  if (!problem && !after) problem = after.error();
  if (problem) {
    co_await exchange.refuse(std::move(*problem));
    co_return;
  }
  exchange.set_run(record->run->id());
  WsSession session(app, exchange, record, *after);
  co_await session.run();
}

Task<void> make_ticket(App& app, Exchange& exchange) {
  auto id = parse_ticket_request(exchange.body());
  if (!id) {
    co_await exchange.refuse(id.error());
    co_return;
  }
  const service::RecordPtr record = app.service.find(exchange.tenant(), *id);
  std::optional<std::string> ticket;
  Problem problem{.code = ProblemCode::kNotFound, .detail = "there is no such run", .field = "run"};
  if (record) {
    exchange.set_run(record->run->id());
    ticket = app.tickets.issue(exchange.tenant(), *id, std::chrono::steady_clock::now());
    problem = {.code = ProblemCode::kTooMany, .detail = "too many unused tickets"};
    problem.retry_after_s = 1;
  }
  if (!ticket) {
    co_await exchange.refuse(std::move(problem));
    co_return;
  }
  Response response;
  response.status = 201;
  response.body = R"({"ticket":)";
  append_json_string(response.body, *ticket);
  response.body += R"(,"expires_at":)";
  append_json_time(response.body, std::chrono::system_clock::now() + app.tickets.life());
  response.body += '}';
  co_await exchange.respond(std::move(response));
}

}  // namespace leash::http::routes
