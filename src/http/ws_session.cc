#include "http/ws_session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "http/event_format.h"
#include "http/stdin_feed.h"

namespace leash::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using Clock = std::chrono::steady_clock;

/// For the last frames in either direction, once one side has had enough.
constexpr auto kFarewell = std::chrono::seconds(2);
/// So many wrong messages are answered; a client that goes on is not worth the trouble.
constexpr std::size_t kMaxFaults = 32;
/// JSON and base64 around the bytes of the largest stdin that could be taken.
constexpr std::size_t kMessageOverhead = 1024;

}  // namespace

WsSession::WsSession(App& app, Exchange& exchange, service::RecordPtr record,
                     std::uint64_t after_seq)
    : app_(app),
      exchange_(exchange),
      connection_(exchange.connection()),
      record_(std::move(record)),
      news_(app.loop),
      after_seq_(after_seq),
      events_(record_->run->log()->read_after(after_seq, run::EventLog::Pace::kIndependent,
                                              news_.waker())),
      stream_(connection_) {
  stream_.set_option(ws::stream_base::timeout{
      .handshake_timeout = kFarewell, .idle_timeout = 2 * app_.quiet, .keep_alive_pings = true});
  stream_.set_option(ws::stream_base::decorator(
      [this](ws::response_type& response) { exchange_.decorate_upgrade(response); }));
  stream_.read_message_max(app_.body_limit.count + kMessageOverhead);
  stream_.text(true);
  stream_.auto_fragment(false);  // An event is one frame.
}

Task<void> WsSession::run() {
  service::Service::Attachment attachment = app_.service.attach(record_);
  const Metrics::OpenStream counted(app_.metrics, Transport::kWebSocket);
  const bool accepted = co_await accept();
  if (accepted) {
    connection_.wake_when_gone(true);
    spawn(read_all(), reading_);
    spawn(send_all(), sending_);
    Signal& signal = connection_.signal();
    while (reading_ && sending_ && !connection_.is_gone()) {
      const bool woken = co_await signal.wait_until(base::TimePoint::max());
      static_cast<void>(woken);
    }
    // What was sent before a FIN is still read, and a close frame still goes out; but nobody waits
    // for room in the buffer of a client that has left.
    const auto until = Clock::now() + kFarewell;
    bool in_time = true;
    while ((reading_ || sending_) && in_time && !(end_ == End::kClientLeft && in_write_)) {
      in_time = co_await signal.wait_until(until);
    }
    if (reading_ || sending_) connection_.close();
    while (reading_ || sending_) {
      const bool woken = co_await signal.wait_until(base::TimePoint::max());
      static_cast<void>(woken);
    }
    connection_.wake_when_gone(false);
  } else {
    end_ = End::kClientLeft;
  }
  settle(attachment);
}

Task<bool> WsSession::accept() {
  boost::system::error_code error;
  co_await stream_.async_accept(exchange_.message(), asio::redirect_error(use_task, error));
  co_return !error;
}

void WsSession::spawn(Task<void> task, bool& running) {
  running = true;
  asio::co_spawn(app_.loop.get_executor(), std::move(task), [this, &running](std::exception_ptr) {
    // An exception is want of memory: the connection ends as if the client had left.
    running = false;
    news_.set();
    connection_.signal().set();
  });
}

Task<void> WsSession::send_all() {
  std::string text;
  while (reading_ || refusal_) {
    if (!errors_.empty()) {
      const std::string error = std::move(errors_.front());
      errors_.pop_front();
      const bool sent = co_await send(error);
      if (!sent) co_return;
    } else if (refusal_) {
      co_await close(*refusal_);
      co_return;
    } else if (const run::EventPtr event = events_->next()) {
      text.clear();
      append_event(text, EventFormat::kNdjson, *record_, *event);
      text.pop_back();  // A message needs no end of line.
      const bool sent = co_await send(text);
      if (!sent) co_return;
      if (!events_->at_end()) continue;
      co_await complete();
      co_return;
    } else if (has_all()) {
      co_await complete();
      co_return;
    } else {
      const bool woken = co_await news_.wait_until(base::TimePoint::max());
      static_cast<void>(woken);
    }
  }
}

/// It asked for what comes after the last event there will ever be.
bool WsSession::has_all() const {
  const auto& log = *record_->run->log();
  return log.finished() && after_seq_ >= log.last_seq();
}

Task<void> WsSession::complete() {
  end_ = End::kComplete;
  co_await close({CloseCode::normal, "the run has finished"});
}

Task<bool> WsSession::send(std::string_view text) {
  boost::system::error_code error;
  in_write_ = true;
  co_await stream_.async_write(asio::buffer(text.data(), text.size()),
                               asio::redirect_error(use_task, error));
  in_write_ = false;
  co_return !error;
}

Task<void> WsSession::close(ws::close_reason reason) {
  closing_ = true;
  boost::system::error_code ignored;
  co_await stream_.async_close(reason, asio::redirect_error(use_task, ignored));
}

Task<void> WsSession::read_all() {
  while (!refusal_) {
    boost::system::error_code error;
    const std::size_t size =
        co_await stream_.async_read(inbound_, asio::redirect_error(use_task, error));
    if (error && closing_) co_return;
    if (error) {
      const bool protocol = error.category() == make_error_code(ws::error::closed).category() &&
                            error != ws::error::closed;
      if (end_ != End::kOpen) co_return;
      end_ = error == beast::error::timeout ? End::kTimedOut
             : protocol                     ? End::kViolation
                                            : End::kClientLeft;
      co_return;
    }
    if (!stream_.got_text()) {
      refuse(CloseCode::unknown_data, "only text messages are understood");
    } else if (!closing_) {
      obey({static_cast<const char*>(inbound_.cdata().data()), size});
    }
    inbound_.clear();
  }
}

void WsSession::obey(std::string_view text) {
  auto message = parse_ws_message(text);
  auto problem = message ? apply(*message) : std::optional(message.error());
  if (!problem) return;
  append_ws_error(errors_.emplace_back(), *problem);
  if (++faults_ >= kMaxFaults) refuse(CloseCode::policy_error, "too many wrong messages");
  news_.set();
}

std::optional<service::Problem> WsSession::apply(const WsMessage& message) {
  run::Run& run = *record_->run;
  if (const auto* input = std::get_if<WsStdin>(&message)) {
    return feed_stdin(run, input->bytes, Feed::kMore);
  }
  if (std::holds_alternative<WsEof>(message)) return feed_stdin(run, {}, Feed::kEof);
  if (const auto* stop = std::get_if<WsStop>(&message)) {
    // The answer is the `finished` event, with the proof in it.
    app_.service.stop(record_, stop->grace, [](const service::StopAnswer&) {});
    return std::nullopt;
  }
  if (run.signal(std::get<WsSignal>(message).number)) return std::nullopt;
  return service::Problem{.code = service::ProblemCode::kConflict,
                          .detail = "no program of this run can be signalled now"};
}

void WsSession::refuse(CloseCode code, std::string_view reason) {
  if (end_ == End::kOpen) end_ = End::kViolation;
  refusal_.emplace(code, beast::string_view(reason.data(), reason.size()));
  news_.set();
}

void WsSession::settle(service::Service::Attachment& attachment) {
  switch (end_) {
    case End::kComplete:
      attachment.release();
      if (!record_->policy.keep) app_.service.delivered(record_);
      return;
    case End::kViolation:
      exchange_.abandon(Exchange::Cut::kViolation);
      break;
    case End::kTimedOut:
      exchange_.abandon(Exchange::Cut::kStalled);
      break;
    case End::kOpen:
    case End::kClientLeft:
      exchange_.abandon();
      break;
  }
  attachment.leave();
}

}  // namespace leash::http
