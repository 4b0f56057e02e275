#include "http/event_stream.h"

#include <chrono>

#include "http/response.h"

namespace leash::http {
namespace {

using Clock = std::chrono::steady_clock;

/// When a batch has grown so large it is sent. One event more may exceed it.
constexpr std::size_t kBatch = std::size_t{64} * 1024;

/// The reader and what it is formatted with.
struct Source {
  service::RecordPtr record;
  std::unique_ptr<run::EventLog::Reader> reader;
  StreamFormat format;
  std::uint64_t after_seq;

  /// Appends what is there, up to a batch. True if the stream is complete with it.
  bool take(std::string& out) const {
    while (out.size() < kBatch) {
      const run::EventPtr event = reader->next();
      if (!event) break;
      format.append(out, *record, *event);
    }
    if (reader->at_end()) return true;
    // Asked for what comes after the last event there will ever be.
    const auto& log = *record->run->log();
    return out.size() < kBatch && log.finished() && after_seq >= log.last_seq();
  }
};

}  // namespace

StreamFormat stream_format(EventFormat format) {
  return {
      .content_type = content_type(format),
      .quiet_line = quiet_line(format),
      .append = [format](std::string& out, const service::Record& record, const run::Event& event) {
        append_event(out, format, record, event);
      }};
}

Task<void> stream_events(App& app, Exchange& exchange, service::RecordPtr record,
                         StreamFormat format, StreamRole role, std::uint64_t after_seq) {
  Connection& connection = exchange.connection();
  const Metrics::OpenStream counted(
      app.metrics, format.content_type == kNdjsonType ? Transport::kNdjson : Transport::kSse);
  service::Service::Attachment attachment = app.service.attach(record);
  const auto pace = role == StreamRole::kStarter ? run::EventLog::Pace::kPacing
                                                 : run::EventLog::Pace::kIndependent;
  Source source{
      .record = record,
      .reader = record->run->log()->read_after(after_seq, pace, connection.signal().waker()),
      .format = format,
      .after_seq = after_seq};
  connection.owe_answer(true);
  std::string out;
  exchange.begin_stream(out, format.content_type, format.cache_control);
  auto quiet_at = Clock::now() + app.quiet;
  bool complete = false;
  bool quiet = false;
  bool stalled = false;
  while (!complete && !connection.is_gone()) {
    const std::size_t chunk = exchange.begin_chunk(out);
    if (quiet) out += format.quiet_line;
    quiet = false;
    complete = source.take(out);
    exchange.end_chunk(out, chunk);
    if (complete) exchange.append_end(out);
    if (!out.empty()) {
      const auto written = co_await connection.write(out, app.service.options().slow_client);
      out.clear();
      if (written == Connection::Written::kStalled && role == StreamRole::kStarter) {
        record->run->cancel(run::Cause::kSlowClient);
      }
      if (written != Connection::Written::kAll) {
        complete = false;
        stalled = written == Connection::Written::kStalled;
        break;
      }
      quiet_at = Clock::now() + app.quiet;
    } else {
      const bool woken = co_await connection.signal().wait_until(quiet_at);
      quiet = !woken && !format.quiet_line.empty();
      if (!woken) quiet_at = Clock::now() + app.quiet;
    }
  }
  connection.owe_answer(false);
  if (!complete) {
    exchange.abandon(stalled ? Exchange::Cut::kStalled : Exchange::Cut::kClientLeft);
    attachment.leave();
    co_return;
  }
  attachment.release();
  if (!record->policy.keep && source.reader->at_end()) app.service.delivered(record);
}

}  // namespace leash::http
