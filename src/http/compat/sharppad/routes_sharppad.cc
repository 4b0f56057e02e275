// POST /api/coderun/run, /stop and /input.
#include <fmt/format.h>

#include <boost/beast/http/field.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "http/compat/sharppad/sharppad_events.h"
#include "http/compat/sharppad/sharppad_request.h"
#include "http/compat/sharppad/sharppad_text.h"
#include "http/event_stream.h"
#include "http/exchange.h"
#include "http/json_text.h"
#include "http/routes.h"
#include "http/stop_call.h"

namespace leash::http::routes {
namespace {

namespace bhttp = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kStreamType = "text/event-stream;charset=utf-8";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";
constexpr std::string_view kIdRequired = "SessionId is required";
/// What the original's programs get as their only argument.
constexpr std::string_view kArgument = "sharpPad";

SharpPadText text_for(const Exchange& exchange) {
  return sharppad_text(exchange.header(bhttp::field::accept_language));
}

Response result(bool success, std::string_view message, int status = 200) {
  Response response;
  response.status = status;
  response.body += R"({"success":)";
  append_json_bool(response.body, success);
  if (!message.empty()) {
    response.body += R"(,"message":)";
    append_json_string_lossy(response.body, message);
  }
  response.body += '}';
  return response;
}

std::string id_problem(const service::Checked<SharpPadSession>& session) {
  return session ? std::string(kIdRequired) : session.error().detail;
}

/// The answer to a stop that found no run. It is kept for a moment, for the run may be on its way.
Response missed_stop(App& app, const Exchange& exchange, std::string_view id, SharpPadText text) {
  if (!may_miss_a_stop(app, exchange.tenant())) {
    Response response = result(false, text.too_many_stops(), 429);
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  app.early_stops.missed(exchange.tenant().name, id, Clock::now());
  return result(false, text.no_session());
}

Response stop_result(const service::StopAnswer& answer, SharpPadText text) {
  if (answer.is_empty) return result(true, text.stopped());
  return result(false,
                fmt::format("{}: {}{}", text.stop_failed(), answer.remaining,
                            text.english ? " processes remain" : " 个进程仍在运行"),
                500);
}

/// A stream of a run that never was: why, and the end.
Task<void> answer_without_run(Exchange& exchange, std::string why) {
  std::string out;
  exchange.begin_stream(out, kStreamType, "no-cache");
  const std::size_t chunk = exchange.begin_chunk(out);
  append_sharppad_error(out, why);
  append_sharppad_completed(out, why);
  exchange.end_chunk(out, chunk);
  exchange.append_end(out);
  constexpr auto kStall = std::chrono::seconds(30);
  const auto written = co_await exchange.connection().write(out, kStall);
  if (written != Connection::Written::kAll) exchange.abandon();
}

service::RunRequest make_request(const App& app, SharpPadRun run) {
  service::RunRequest request;
  request.language = "csharp";
  request.files = std::move(run.files);
  request.entry = std::move(run.entry);
  request.args = {std::string(kArgument)};
  request.env = {{"LEASH_SHARPPAD", "1"}};
  // The client's own stream paces the program, so much output costs no memory here.
  request.limits["output_bytes"] = app.service.options().maxima.output.count;
  request.fixed_wall = app.compat.sharppad_wall;
  if (!run.session_id.empty()) request.key = std::move(run.session_id);
  return request;
}

StreamFormat sharppad_format(SharpPadText text) {
  return {.content_type = kStreamType,
          .cache_control = "no-cache",
          .quiet_line = {},
          .append = [events = SharpPadEvents(text)](std::string& out, const service::Record& record,
                                                    const run::Event& event) {
            events.append(out, record.run->spec(), event);
          }};
}

}  // namespace

Task<void> sharppad_run(App& app, Exchange& exchange) {
  const SharpPadText text = text_for(exchange);
  auto run = parse_sharppad_run(exchange.body());
  if (!run) {
    co_await exchange.refuse(run.error());
    co_return;
  }
  std::string obstacle = sharppad_obstacle(*run, text.english);
  const std::string& id = run->session_id;
  const bool stopped =
      !id.empty() && app.early_stops.begins(exchange.tenant().name, id, Clock::now());
  if (obstacle.empty() && stopped) obstacle = text.cancelled();
  if (!obstacle.empty()) {
    co_await answer_without_run(exchange, std::move(obstacle));
    co_return;
  }
  auto started = app.service.start(exchange.tenant(), make_request(app, std::move(*run)),
                                   service::AnswerMode::kStream);
  if (!started) {
    service::Problem problem = started.error();
    if (problem.code == service::ProblemCode::kUnknownLanguage) {
      co_await answer_without_run(exchange, std::move(problem.detail));
    } else {
      co_await exchange.refuse(std::move(problem));
    }
    co_return;
  }
  const service::RecordPtr record = *started;
  exchange.set_run(record->run->id());
  const StreamFormat format = sharppad_format(text);
  co_await stream_events(app, exchange, record, format, StreamRole::kStarter, 0);
}

Task<void> sharppad_stop(App& app, Exchange& exchange) {
  const SharpPadText text = text_for(exchange);
  const auto session = parse_sharppad_session(exchange.body());
  if (!session && session.error().field != "SessionId") {
    co_await exchange.refuse(session.error());
    co_return;
  }
  if (!session || session->session_id.empty()) {
    Response response = result(false, id_problem(session), 400);
    co_await exchange.respond(std::move(response));
    co_return;
  }
  const std::string& id = session->session_id;
  const service::RecordPtr record = app.service.find_by_key(exchange.tenant(), id);
  if (!record) {
    Response response = missed_stop(app, exchange, id, text);
    co_await exchange.respond(std::move(response));
    co_return;
  }
  exchange.set_run(record->run->id());
  const auto answer = co_await await_stop(app, exchange, record, base::Millis(0));
  if (!answer) {
    exchange.abandon();
    co_return;
  }
  Response response = stop_result(*answer, text);
  co_await exchange.respond(std::move(response));
}

Task<void> sharppad_input(App& app, Exchange& exchange) {
  const auto session = parse_sharppad_session(exchange.body());
  if (!session && session.error().field != "SessionId") {
    co_await exchange.refuse(session.error());
    co_return;
  }
  if (!session || session->session_id.empty()) {
    Response response;
    response.status = 400;
    response.content_type = kTextType;
    response.body = id_problem(session);
    co_await exchange.respond(std::move(response));
    co_return;
  }
  const service::RecordPtr record = app.service.find_by_key(exchange.tenant(), session->session_id);
  bool taken = false;
  if (record) {
    exchange.set_run(record->run->id());
    taken = record->run->input().push(session->input + "\n") == run::InputBuffer::Push::kTaken;
  }
  Response response = result(taken, {});
  co_await exchange.respond(std::move(response));
}

}  // namespace leash::http::routes
