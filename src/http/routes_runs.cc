// POST /v1/runs: checks, starts, and answers in the way that was asked for.
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <utility>

#include "http/event_stream.h"
#include "http/exchange.h"
#include "http/json_request.h"
#include "http/json_run.h"
#include "http/query.h"
#include "http/routes.h"

namespace leash::http::routes {
namespace {

namespace bhttp = boost::beast::http;
using service::AnswerMode;

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

Task<void> answer_at_once(Exchange& exchange, service::RecordPtr record) {
  Response response;
  response.status = 202;
  response.headers.emplace_back("Location", "/v1/runs/" + record->run->id());
  append_run(response.body, *record, WithOutput::kYes);
  co_await exchange.respond(std::move(response));
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
  auto started = app.service.start(exchange.tenant(), std::move(*request), mode);
  if (!started) {
    co_await exchange.refuse(started.error());
    co_return;
  }
  const service::RecordPtr record = *started;
  exchange.set_run(record->run->id());
  if (mode == AnswerMode::kAsync) {
    co_await answer_at_once(exchange, record);
  } else if (mode == AnswerMode::kStream) {
    const StreamFormat look = stream_format(*format);
    co_await stream_events(app, exchange, record, look, StreamRole::kStarter, 0);
  } else {
    co_await answer_at_end(app, exchange, record);
  }
}

}  // namespace leash::http::routes
