#include "http/session.h"

#include <boost/beast/http/field.hpp>
#include <chrono>

#include "base/ascii.h"
#include "http/request_id.h"
#include "http/routes.h"

namespace leash::http {
namespace {

namespace bhttp = boost::beast::http;
using base::iequals;
using service::Problem;
using service::ProblemCode;

/// Where a path that is no route may still be a file of the page.
constexpr Route kPageFile{"GET", "/{file}", Access::kOpen, BodyKind::kNone, &routes::page};

Response preflight_response(std::string methods) {
  Response response;
  response.status = 204;
  response.headers.emplace_back("Access-Control-Allow-Methods", std::move(methods));
  response.headers.emplace_back(
      "Access-Control-Allow-Headers",
      "Authorization, Content-Type, Accept, Last-Event-ID, X-Request-ID, Idempotency-Key, "
      "accessToken");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  return response;
}

/// The vendor's own way to send a token, put where the guard looks for one.
void take_access_token(RequestMessage& message) {
  if (message.count(bhttp::field::authorization) > 0 || message.count("accessToken") != 1) return;
  const auto token = message.at("accessToken");
  message.set(bhttp::field::authorization, "Bearer " + std::string(token.data(), token.size()));
}

/// What is wrong with the announced body's type.
std::optional<Problem> check_media_type(const Exchange& exchange, BodyKind kind) {
  const auto type = exchange.header(bhttp::field::content_type);
  const auto length = exchange.header(bhttp::field::content_length);
  const bool has_body = (!length.empty() && length != "0") || exchange.message().chunked();
  if (!has_body || kind == BodyKind::kNone) return std::nullopt;
  if (exchange.message().count(bhttp::field::content_type) > 1) {
    return Problem{.code = ProblemCode::kUnsupportedMedia, .detail = "more than one Content-Type"};
  }
  if (kind == BodyKind::kJson && !is_json_type(type)) {
    return Problem{.code = ProblemCode::kUnsupportedMedia,
                   .detail = "the body must be application/json"};
  }
  if (kind == BodyKind::kBytes && iequals(type.substr(0, 10), "multipart/")) {
    return Problem{.code = ProblemCode::kUnsupportedMedia,
                   .detail = "send the bytes as they are, as application/octet-stream"};
  }
  return std::nullopt;
}

}  // namespace

Task<void> Session::run() {
  for (;;) {
    const bool again = co_await one_request();
    if (!again || connection_.is_closed() || app_.stopping) break;
    table_.set_waiting(connection_);
  }
}

Task<bool> Session::one_request() {
  RequestReader reader(connection_, app_.body_limit, app_.times);
  Exchange exchange(app_, connection_, reader);
  const auto head = co_await reader.read_head();
  if (head == RequestReader::Result::kClosed) co_return false;
  table_.set_busy(connection_);
  const auto since = std::chrono::steady_clock::now();
  if (head == RequestReader::Result::kRefused) {
    exchange.request_id_ = request_id({});
    Problem problem = reader.problem();
    co_await exchange.refuse(std::move(problem));
    exchange.keep_alive_ = false;
  } else {
    co_await guarded_answer(exchange, reader);
  }
  log(exchange, since);
  if (exchange.keep_alive_) co_return true;
  if (exchange.status_ != kClientClosedRequest) co_await connection_.linger();
  co_return false;
}

Task<void> Session::guarded_answer(Exchange& exchange, RequestReader& reader) {
  bool failed = false;
  try {
    co_await answer(exchange, reader);
  } catch (const std::exception&) {
    failed = true;  // No co_await is possible here.
  }
  connection_.owe_answer(false);
  if (failed && exchange.status_ == 0) {
    Problem problem{.code = ProblemCode::kInternal, .detail = "the request could not be handled"};
    co_await exchange.refuse(std::move(problem));
  }
  if (failed) exchange.keep_alive_ = false;
}

Task<void> Session::answer(Exchange& exchange, RequestReader& reader) {
  const auto& message = exchange.message();
  exchange.request_id_ = request_id(exchange.header("X-Request-ID"));
  const auto target_text = message.target();
  auto target = parse_target({target_text.data(), target_text.size()});
  const bool target_ok = target.has_value();
  if (target_ok) exchange.target_ = std::move(*target);

  // A path that does not exist is guarded like one that does: who has no token learns nothing.
  RouteMatch match;
  if (target_ok) match = find_route(exchange.method(), exchange.target_);
  const bool is_file = target_ok && match.anything == nullptr &&
                       find_static_file(app_.page, exchange.target_.path) != nullptr;
  if (is_file) {
    match.anything = &kPageFile;
    if (exchange.method() == "GET" || exchange.method() == "HEAD") match.route = &kPageFile;
  }
  if (match.anything != nullptr) {
    exchange.route_ = match.anything->pattern;
    exchange.dialect_ = match.anything->dialect;
  }
  if (exchange.dialect_ == Dialect::kFlow) take_access_token(reader.message());
  exchange.parameter_ = match.parameter;
  const Access access = match.anything != nullptr ? match.anything->access : Access::kToken;

  auto problem = app_.guard.check_source(message, access, connection_.local());
  if (problem) {
    co_await exchange.refuse(std::move(*problem));
    co_return;
  }
  exchange.cors_origin_ = app_.guard.cors_origin(message);
  const bool preflight = exchange.method() == "OPTIONS" && !exchange.cors_origin_.empty() &&
                         message.count(bhttp::field::access_control_request_method) > 0;
  if (preflight && target_ok) {
    Response response = preflight_response(allowed_methods(exchange.target_));
    co_await exchange.respond(std::move(response));
    co_return;
  }
  auto tenant = check_access(exchange, access);
  if (!tenant) {
    problem = tenant.error();
  } else if (!target_ok) {
    problem = Problem{.code = ProblemCode::kBadRequest, .detail = "a malformed request target"};
  } else if (match.anything == nullptr) {
    problem = Problem{.code = ProblemCode::kNotFound, .detail = "there is no such path"};
  } else if (match.route == nullptr) {
    Response response = exchange.refusal(
        {.code = ProblemCode::kMethodNotAllowed, .detail = "this path has other methods"});
    const bool file = match.anything == &kPageFile;
    response.headers.emplace_back("Allow", file ? "GET, HEAD" : allowed_methods(exchange.target_));
    co_await exchange.respond(std::move(response));
    co_return;
  } else {
    problem = check_media_type(exchange, match.route->body);
    const auto expect = exchange.header(bhttp::field::expect);
    if (!expect.empty() && !iequals(expect, "100-continue")) {
      problem =
          Problem{.code = ProblemCode::kBadRequest, .detail = "only 100-continue can be expected"};
    }
  }
  if (problem) {
    co_await exchange.refuse(std::move(*problem));
    co_return;
  }
  exchange.tenant_ = std::move(*tenant);

  const auto body = co_await reader.read_body();
  if (body == RequestReader::Result::kClosed) {
    exchange.abandon();
    co_return;
  }
  if (body == RequestReader::Result::kRefused) {
    Problem refused = reader.problem();
    co_await exchange.refuse(std::move(refused));
    co_return;
  }
  co_await match.route->handler(app_, exchange);
}

service::Checked<service::Tenant> Session::check_access(const Exchange& exchange, Access access) {
  const auto ticket = access == Access::kTokenOrTicket ? exchange.target().parameter("ticket")
                                                       : std::optional<std::string_view>();
  if (!ticket) return app_.guard.check_token(exchange.message(), access);
  auto tenant =
      app_.tickets.redeem(*ticket, exchange.parameter(), std::chrono::steady_clock::now());
  if (tenant) return *std::move(tenant);
  return Problem{.code = ProblemCode::kUnauthorized,
                 .detail = "this ticket was used, has expired, or is another run's"};
}

void Session::log(const Exchange& exchange, base::TimePoint since) const {
  const auto elapsed = std::chrono::steady_clock::now() - since;
  app_.metrics.request_done(exchange.route_, exchange.status_);
  // A method that nobody knows may be anything, a secret too.
  const bool known = exchange.status_ != 0 && exchange.route_ != "-" &&
                     exchange.message().method() != bhttp::verb::unknown;
  app_.log.write({.request_id = exchange.request_id_,
                  .method = known ? exchange.method() : std::string_view("-"),
                  .route = exchange.route_,
                  .status = exchange.status_,
                  .elapsed = std::chrono::duration_cast<base::Micros>(elapsed),
                  .tenant = exchange.tenant_.name,
                  .run_id = exchange.run_id_});
}

}  // namespace leash::http
