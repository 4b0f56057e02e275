// POST /v1/runs: checks, starts, and answers in the way that was asked for.
#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <utility>

#include "http/event_stream.h"
#include "http/exchange.h"
#include "http/json_request.h"
#include "http/json_run.h"
#include "http/query.h"
#include "http/routes.h"
#include "service/tokens/token_list.h"

namespace leash::http::routes {
namespace {

namespace bhttp = boost::beast::http;
using service::AnswerMode;

constexpr const char* kIdempotencyKey = "Idempotency-Key";
constexpr std::size_t kMaxIdempotencyKey = 255;

/// 200 with the Run object, when the run has finished; nothing if the client leaves before.
Task<void> answer_at_end(App& app, Exchange& exchange, service::RecordPtr record) {
  Connection& connection = exchange.connection();
  service::Service::Attachment attachment = app.service.attach(record);
  connection.owe_answer(true);
  record->run->on_finished(connection.signal().waker());
  while (!record->run->finished() && !connection.is_gone()) {
    const bool woken = co_await connection.signal().wait_until(base::TimePoint::max());
    static_cast<void>(woken);
  }
  connection.owe_answer(false);
  if (connection.is_gone()) {
    exchange.abandon();
    attachment.leave();
    co_return;
  }
  attachment.release();
  Response response;
  append_run(response.body, *record, WithOutput::kYes);
  co_await exchange.respond(std::move(response));
  if (!record->policy.keep) app.service.delivered(record);
}

/// Until the run is known to whoever comes after a crash: its id is given to nobody before. False
/// if the client leaves first, as a reader of the run if it is to be one.
Task<bool> until_recorded(App& app, Exchange& exchange, service::RecordPtr record,
                          AnswerMode mode) {
  if (record->recorded) co_return true;
  Connection& connection = exchange.connection();
  service::Service::Attachment attachment;
  if (mode == AnswerMode::kStream) attachment = app.service.attach(record);
  connection.owe_answer(true);
  app.service.when_recorded(record, connection.signal().waker());
  while (!record->recorded && !connection.is_gone()) {
    const bool woken = co_await connection.signal().wait_until(base::TimePoint::max());
    static_cast<void>(woken);
  }
  connection.owe_answer(false);
  if (!connection.is_gone()) {
    attachment.release();
    co_return true;
  }
  exchange.abandon();
  attachment.leave();
  co_return false;
}

/// The mark of a request with an Idempotency-Key.
service::Checked<std::optional<service::RequestMark>> request_mark(const Exchange& exchange) {
  const auto count = exchange.message().count(kIdempotencyKey);
  if (count == 0) return std::optional<service::RequestMark>();
  const std::string_view key = exchange.header(kIdempotencyKey);
  const bool is_good =
      count == 1 && !key.empty() && key.size() <= kMaxIdempotencyKey &&
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 127; });
  if (!is_good) {
    return service::Problem{.code = service::ProblemCode::kInvalidValue,
                            .detail = "it must be 1 to 255 visible ASCII characters, once",
                            .field = kIdempotencyKey};
  }
  return std::optional(
      service::RequestMark{.key = std::string(key), .body = service::hash_token(exchange.body())});
}

/// 202, with the run as it was taken in.
Response accepted(const service::Record& record) {
  Response response;
  response.status = 202;
  response.headers.emplace_back("Location", "/v1/runs/" + record.run->id());
  append_run(response.body, record, WithOutput::kYes);
  return response;
}

}  // namespace

Task<void> start_run(App& app, Exchange& exchange) {
  auto async = bool_parameter(exchange.target(), "async");
  if (!async) {
    co_await exchange.refuse(async.error());
    co_return;
  }
  auto request = parse_run_request(exchange.body());
  if (!request) {
    co_await exchange.refuse(request.error());
    co_return;
  }
  const auto format = accepted_stream(exchange.header(bhttp::field::accept));
  const AnswerMode mode = *async   ? AnswerMode::kAsync
                          : format ? AnswerMode::kStream
                                   : AnswerMode::kJson;
  auto mark = request_mark(exchange);
  if (!mark) {
    co_await exchange.refuse(mark.error());
    co_return;
  }
  // Its starter has, or had, a stream of its own, which alone paces it.
  const bool is_repeated = *mark && app.service.knows(exchange.tenant(), **mark);
  auto started = app.service.start(exchange.tenant(), std::move(*request), mode, *mark);
  if (!started) {
    co_await exchange.refuse(started.error());
    co_return;
  }
  const service::RecordPtr record = *started;
  exchange.set_run(record->run->id());
  Response response = mode == AnswerMode::kAsync ? accepted(*record) : Response();
  if (mode != AnswerMode::kJson) {
    const bool is_there = co_await until_recorded(app, exchange, record, mode);
    if (!is_there) co_return;
  }
  if (mode == AnswerMode::kAsync) {
    co_await exchange.respond(std::move(response));
  } else if (mode == AnswerMode::kStream) {
    const StreamFormat look = stream_format(*format);
    const StreamRole role = is_repeated ? StreamRole::kFollower : StreamRole::kStarter;
    co_await stream_events(app, exchange, record, look, role, 0);
  } else {
    co_await answer_at_end(app, exchange, record);
  }
}

}  // namespace leash::http::routes
