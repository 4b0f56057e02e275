// What can be done with a run that is there: show, follow, feed, stop, delete, list.
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "http/event_stream.h"
#include "http/exchange.h"
#include "http/json_request.h"
#include "http/json_run.h"
#include "http/json_text.h"
#include "http/query.h"
#include "http/routes.h"
#include "http/stdin_feed.h"
#include "http/stop_call.h"

namespace leash::http::routes {
namespace {

namespace bhttp = boost::beast::http;
using Clock = std::chrono::steady_clock;
using service::Problem;
using service::ProblemCode;

constexpr std::uint64_t kMaxWaitMs = 600'000;
constexpr std::uint64_t kMaxPage = 200;

Problem no_such_run() {
  return {.code = ProblemCode::kNotFound, .detail = "there is no such run"};
}

service::RecordPtr find_run(App& app, Exchange& exchange) {
  auto record = app.service.find(exchange.tenant(), exchange.parameter());
  if (record) exchange.set_run(record->run->id());
  return record;
}

/// 404, or 429 for who guesses.
Problem missed_stop(App& app, const Exchange& exchange) {
  if (may_miss_a_stop(app, exchange.tenant())) return no_such_run();
  return {.code = ProblemCode::kTooMany,
          .detail = "too many stops of runs that are not there",
          .retry_after_s = 1};
}

/// The answer to a stop of `record`, when the set of its processes is empty. It is not bound to
/// this connection: a client that leaves does not undo its stop.
Task<void> answer_stop(App& app, Exchange& exchange, service::RecordPtr record) {
  auto grace = parse_stop_request(exchange.body());
  if (!grace) {
    co_await exchange.refuse(grace.error());
    co_return;
  }
  const auto answer = co_await await_stop(app, exchange, record, *grace);
  if (!answer) {
    exchange.abandon();
    co_return;
  }
  Response response;
  append_stop_answer(response.body, *answer);
  co_await exchange.respond(std::move(response));
}

std::optional<run::State> parse_state(std::string_view name) {
  for (const auto state : {run::State::kQueued, run::State::kStarting, run::State::kRunning,
                           run::State::kStopping, run::State::kFinished}) {
    if (run::to_string(state) == name) return state;
  }
  return std::nullopt;
}

}  // namespace

Task<void> show_run(App& app, Exchange& exchange) {
  const service::RecordPtr record = find_run(app, exchange);
  if (!record) {
    co_await exchange.refuse(no_such_run());
    co_return;
  }
  auto wait_ms = number_parameter(exchange.target(), "wait_ms", 0, kMaxWaitMs);
  if (!wait_ms) {
    co_await exchange.refuse(wait_ms.error());
    co_return;
  }
  if (*wait_ms > 0 && !record->run->finished()) {
    Connection& connection = exchange.connection();
    const auto deadline = Clock::now() + base::Millis(*wait_ms);
    connection.owe_answer(true);
    record->run->on_finished(connection.signal().waker());
    bool in_time = true;
    while (in_time && !record->run->finished() && !connection.is_gone()) {
      in_time = co_await connection.signal().wait_until(deadline);
    }
    connection.owe_answer(false);
    if (connection.is_gone()) {
      exchange.abandon();
      co_return;
    }
  }
  Response response;
  const bool finished = record->run->finished();
  append_run(response.body, *record, WithOutput::kYes);
  co_await exchange.respond(std::move(response));
  if (finished && !record->policy.keep && exchange.method() == "GET") {
    app.service.delivered(record);
  }
}

Task<void> follow_run(App& app, Exchange& exchange) {
  const service::RecordPtr record = find_run(app, exchange);
  if (!record) {
    co_await exchange.refuse(no_such_run());
    co_return;
  }
  auto after = last_event_id(exchange.header("Last-Event-ID"), exchange.target());
  if (!after) {
    co_await exchange.refuse(after.error());
    co_return;
  }
  const auto asked = accepted_stream(exchange.header(bhttp::field::accept));
  const StreamFormat format = stream_format(asked.value_or(EventFormat::kSse));
  co_await stream_events(app, exchange, record, format, StreamRole::kFollower, *after);
}

Task<void> stop_run(App& app, Exchange& exchange) {
  const service::RecordPtr record = find_run(app, exchange);
  if (!record) {
    Problem problem = missed_stop(app, exchange);
    co_await exchange.refuse(std::move(problem));
    co_return;
  }
  co_await answer_stop(app, exchange, record);
}

Task<void> stop_key(App& app, Exchange& exchange) {
  const service::RecordPtr record =
      app.service.find_by_key(exchange.tenant(), exchange.parameter());
  if (!record) {
    Problem problem = missed_stop(app, exchange);
    co_await exchange.refuse(std::move(problem));
    co_return;
  }
  exchange.set_run(record->run->id());
  co_await answer_stop(app, exchange, record);
}

Task<void> feed_run(App& app, Exchange& exchange) {
  const service::RecordPtr record = find_run(app, exchange);
  if (!record) {
    co_await exchange.refuse(no_such_run());
    co_return;
  }
  auto eof = bool_parameter(exchange.target(), "eof");
  if (!eof) {
    co_await exchange.refuse(eof.error());
    co_return;
  }
  auto problem = feed_stdin(*record->run, exchange.body(), *eof ? Feed::kEof : Feed::kMore);
  if (problem) {
    co_await exchange.refuse(std::move(*problem));
    co_return;
  }
  Response response;
  response.status = 204;
  co_await exchange.respond(std::move(response));
}

Task<void> delete_run(App& app, Exchange& exchange) {
  const service::RecordPtr record = find_run(app, exchange);
  if (!record) {
    co_await exchange.refuse(no_such_run());
    co_return;
  }
  Connection& connection = exchange.connection();
  auto gone = std::make_shared<bool>(false);
  std::function<void()> wake = connection.signal().waker();
  std::function<void()> done = [gone, wake] {
    *gone = true;
    wake();
  };
  app.service.remove(record, std::move(done));
  connection.owe_answer(true);
  while (!*gone && !connection.is_gone()) {
    const bool woken = co_await connection.signal().wait_until(base::TimePoint::max());
    static_cast<void>(woken);
  }
  connection.owe_answer(false);
  if (!*gone) {
    exchange.abandon();
    co_return;
  }
  Response response;
  response.status = 204;
  co_await exchange.respond(std::move(response));
}

Task<void> list_runs(App& app, Exchange& exchange) {
  const Target& target = exchange.target();
  std::optional<run::State> state;
  const auto name = target.parameter("state");
  if (name) state = parse_state(*name);
  auto limit = number_parameter(target, "limit", 50, kMaxPage);
  std::optional<Problem> problem;
  if (name && !state) {
    problem = Problem{.code = ProblemCode::kInvalidValue,
                      .detail = "it must be queued, starting, running, stopping or finished",
                      .field = "state"};
  } else if (!limit) {
    problem = limit.error();
  } else if (*limit == 0) {
    problem = Problem{
        .code = ProblemCode::kInvalidValue, .detail = "it must be at least 1", .field = "limit"};
  }
  if (problem) {
    co_await exchange.refuse(std::move(*problem));
    co_return;
  }
  auto page = app.service.list(exchange.tenant(), state, *limit, target.parameter("after"));
  if (!page) {
    co_await exchange.refuse(page.error());
    co_return;
  }
  Response response;
  std::string& out = response.body;
  out += R"({"runs":[)";
  for (const auto& record : page->records) {
    if (&record != &page->records.front()) out += ',';
    append_run(out, *record, WithOutput::kNo);
  }
  out += R"(],"next":)";
  if (page->next) {
    append_json_string(out, *page->next);
  } else {
    out += "null";
  }
  out += '}';
  co_await exchange.respond(std::move(response));
}

}  // namespace leash::http::routes
