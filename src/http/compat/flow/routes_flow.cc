// POST /flow/codeblock.
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "http/compat/flow/flow_answer.h"
#include "http/compat/flow/flow_outcome.h"
#include "http/exchange.h"
#include "http/routes.h"

namespace leash::http::routes {
namespace {

using Clock = std::chrono::steady_clock;

/// How long a call may wait for its turn, as with the vendor.
constexpr base::Millis kQueueWait{10'000};
/// Beyond the timeout: by then the answer is on its way, whatever became of the processes.
constexpr base::Millis kWriteMargin{5'000};

base::Millis since(base::TimePoint from) {
  return std::chrono::duration_cast<base::Millis>(Clock::now() - from);
}

/// Reads a run's log to its end, with a deadline for each part of a call's life.
class Call {
 public:
  Call(App& app, service::RecordPtr record, Connection& connection)
      : app_(app),
        record_(std::move(record)),
        reader_(record_->run->log()->read_after(0, run::EventLog::Pace::kPacing,
                                                connection.signal().waker())),
        deadline_(Clock::now() + kQueueWait) {
    ++app_.flow.current;
    ++app_.flow.total;
  }
  ~Call() { --app_.flow.current; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  Call(Call&&) = delete;
  Call& operator=(Call&&) = delete;

  /// Takes what is there. True if the run has finished.
  bool take() {
    while (const run::EventPtr event = reader_->next()) {
      if (const auto* output = std::get_if<run::OutputEvent>(&event->body)) {
        if (output->stream == run::Stream::kStdout) printed_ += output->data;
      } else if (std::holds_alternative<run::StartedEvent>(event->body)) {
        started_ = true;
        deadline_ = Clock::now() + app_.compat.execution_timeout + kWriteMargin;
      }
    }
    return reader_->at_end();
  }
  /// The deadline has passed. True if nothing more is waited for.
  bool give_up() {
    if (overdue_ || started_) return true;
    // Still in the queue: it leaves it, and says so at once.
    overdue_ = true;
    record_->run->cancel(run::Cause::kQueueLimit);
    deadline_ = Clock::now() + kWriteMargin;
    return false;
  }

  [[nodiscard]] base::TimePoint deadline() const { return deadline_; }
  /// The value as JSON, or the error.
  [[nodiscard]] std::variant<std::string, FlowError> outcome() const {
    const auto snapshot = record_->run->snapshot();
    const auto timeout = app_.compat.execution_timeout;
    if (reader_->at_end()) return read_flow_outcome(snapshot, printed_, timeout);
    if (started_) return flow_timeout(timeout);
    return FlowError{.type = "ConcurrencyError", .message = "系统繁忙，请稍后重试"};
  }

 private:
  App& app_;
  service::RecordPtr record_;
  std::unique_ptr<run::EventLog::Reader> reader_;
  base::TimePoint deadline_;
  bool started_ = false;
  bool overdue_ = false;
  std::string printed_;
};

Task<void> answer_call(App& app, Exchange& exchange, service::RecordPtr record,
                       base::TimePoint received) {
  Connection& connection = exchange.connection();
  service::Service::Attachment attachment = app.service.attach(record);
  Call call(app, record, connection);
  connection.owe_answer(true);
  bool done = call.take();
  while (!done && !connection.is_gone()) {
    const bool woken = co_await connection.signal().wait_until(call.deadline());
    done = call.take() || (!woken && call.give_up());
  }
  connection.owe_answer(false);
  if (!done) {
    exchange.abandon();
    attachment.leave();
    app.service.delivered(record);  // Nobody is going to ask for it.
    co_return;
  }
  attachment.release();
  app.flow.add(record->run->snapshot());
  const base::Millis took = since(received);
  const auto now = std::chrono::system_clock::now();
  const auto outcome = call.outcome();
  const auto* result = std::get_if<std::string>(&outcome);
  if (result != nullptr) ++app.flow.successful;
  Response response = result != nullptr ? flow_success(*result, took, now)
                                        : flow_failure(std::get<FlowError>(outcome), took, now);
  co_await exchange.respond(std::move(response));
  app.service.delivered(record);
}

}  // namespace

Task<void> flow_codeblock(App& app, Exchange& exchange) {
  const auto received = Clock::now();
  auto parsed = parse_flow_request(exchange.body());
  if (const auto* error = std::get_if<FlowError>(&parsed)) {
    Response response = flow_failure(*error, base::Millis(0), std::chrono::system_clock::now());
    co_await exchange.respond(std::move(response));
    co_return;
  }
  const CompatOptions& options = app.compat;
  auto request = make_flow_run(std::get<FlowRequest>(parsed), options.execution_timeout,
                               options.flow_console, options.modules.get());
  const std::uint64_t most = app.service.options().maxima.output.count;
  request.limits["output_bytes"] = std::min<std::uint64_t>(kFlowMaxOutput, most);
  auto started =
      app.service.start(exchange.tenant(), std::move(request), service::AnswerMode::kJson);
  if (!started) {
    co_await exchange.refuse(started.error());
    co_return;
  }
  const service::RecordPtr record = *started;
  exchange.set_run(record->run->id());
  co_await answer_call(app, exchange, record, received);
}

}  // namespace leash::http::routes
