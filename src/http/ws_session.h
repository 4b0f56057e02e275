#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "http/exchange.h"
#include "http/signal.h"
#include "http/ws_message.h"
#include "http/ws_transport.h"

namespace leash::http {

/// A run over a WebSocket: its events go out, one text message each, and stdin, eof, stop and
/// signals come in. It is a reader like any other that is not the starter: it keeps the run wanted,
/// and it never paces it, however slowly it reads; what waits for it is the run's one log.
///
/// Theory of operation. Two coroutines, one that writes and one that reads, and run(), which waits
/// for either to have enough and then joins both. Beast does the protocol: masking, fragments,
/// UTF-8 (1007), the size limit (1009), pings after half the idle time and the end after all of it.
/// The reading never pauses, so it meets a FIN or a reset by itself, behind everything that was
/// sent before; the disconnect watch is what covers it while Beast holds a read back behind a
/// write. After `finished` has been written the close is 1000.
///
/// Lives in the session's coroutine.
class WsSession {
 public:
  WsSession(App& app, Exchange& exchange, service::RecordPtr record, std::uint64_t after_seq);

  /// From the handshake to the end; the exchange has its status then.
  [[nodiscard]] Task<void> run();

 private:
  using Stream = boost::beast::websocket::stream<WsTransport, false>;
  using CloseCode = boost::beast::websocket::close_code;
  enum class End : std::uint8_t { kOpen, kComplete, kClientLeft, kTimedOut, kViolation };

  [[nodiscard]] Task<bool> accept();
  void spawn(Task<void> task, bool& running);
  [[nodiscard]] Task<void> send_all();
  [[nodiscard]] bool has_all() const;
  [[nodiscard]] Task<void> complete();
  [[nodiscard]] Task<bool> send(std::string_view text);
  [[nodiscard]] Task<void> close(boost::beast::websocket::close_reason reason);
  [[nodiscard]] Task<void> read_all();
  void obey(std::string_view text);
  [[nodiscard]] std::optional<service::Problem> apply(const WsMessage& message);
  void refuse(CloseCode code, std::string_view reason);
  void settle(service::Service::Attachment& attachment);

  App& app_;
  Exchange& exchange_;
  Connection& connection_;
  const service::RecordPtr record_;
  Signal news_;  ///< What send_all() waits on.
  const std::uint64_t after_seq_;
  std::unique_ptr<run::EventLog::Reader> events_;
  Stream stream_;
  boost::beast::flat_buffer inbound_;
  std::deque<std::string> errors_;  ///< To be sent; bounded by the number of faults.
  std::size_t faults_ = 0;
  std::optional<boost::beast::websocket::close_reason> refusal_;
  End end_ = End::kOpen;  ///< The first end counts.
  bool reading_ = false;
  bool sending_ = false;
  bool in_write_ = false;
  bool closing_ = false;  ///< Our close frame is on its way.
};

}  // namespace leash::http
