#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/disconnect_watch.h"
#include "http/guard.h"
#include "http/signal.h"
#include "http/task.h"
#include "sys/fd.h"

namespace leash::http {

/// One client's socket with its read-ahead buffer, its deadline, and the knowledge whether the
/// client is still there. Used by one coroutine (session.h) and closed by anyone on the loop.
///
/// After close() every operation in progress ends as failed, and the coroutine ends itself. The
/// deadline is lazy: moving it later costs nothing, since the timer looks when it fires.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::io_context& loop, int family, sys::UniqueFd socket, LocalAddress local,
             std::string peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  /// Begins to watch for the client's going.
  [[nodiscard]] base::Result<void> watch(DisconnectWatch& watch);

  [[nodiscard]] const LocalAddress& local() const { return local_; }
  [[nodiscard]] const std::string& peer() const { return peer_; }

  // -- reading --------------------------------------------------------------------------------
  /// What was received and not yet consumed.
  [[nodiscard]] std::string_view pending() const;
  void consume(std::size_t size) { buffer_.consume(size); }
  /// Waits for more bytes. False at the end of the stream, on an error or at the deadline.
  [[nodiscard]] Task<bool> read_more();

  // -- writing --------------------------------------------------------------------------------
  enum class Written : std::uint8_t {
    kAll,
    kFailed,   ///< The client is gone, or the connection was closed from here.
    kStalled,  ///< Not a byte could be written for `stall`.
  };
  /// Writes all of it. `data` must live until the end.
  [[nodiscard]] Task<Written> write(std::string_view data, base::Duration stall);
  /// Writes what fits at once and drops the rest.
  void write_once(std::string_view data);
  /// Ends the sending side and reads what the client still sends, for a moment, so that the kernel
  /// does not reset the connection before the client has read the answer.
  [[nodiscard]] Task<void> linger();

  // -- the client -----------------------------------------------------------------------------
  /// While an answer is owed, the client's going ends waits (through signal()) and writes.
  void owe_answer(bool owed) { owed_ = owed; }
  /// For a reader that meets the end of the stream by itself: the client's going wakes signal() and
  /// cancels nothing, so what was sent before it is still read.
  void wake_when_gone(bool wake) { wake_when_gone_ = wake; }
  [[nodiscard]] bool is_gone() const { return gone_ || closed_; }
  /// It was the client who ended the connection, as far as is known, not this server.
  [[nodiscard]] bool was_left() const { return gone_ || !closed_; }
  /// For whoever waits on this connection's behalf.
  [[nodiscard]] Signal& signal() { return signal_; }

  // -- deadline -------------------------------------------------------------------------------
  /// Ends a read at that time; TimePoint::max() for never.
  void set_deadline(base::TimePoint deadline);
  void clear_deadline() { deadline_ = base::TimePoint::max(); }

  /// For another protocol on this connection (ws_transport.h).
  [[nodiscard]] auto& socket() { return socket_; }

  void close();
  [[nodiscard]] bool is_closed() const { return closed_; }

 private:
  friend class ConnectionTable;
  using Protocol = boost::asio::generic::stream_protocol;
  using Socket = boost::asio::basic_stream_socket<Protocol, LoopExecutor>;
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

  void client_gone();
  void arm_timer();

  const LocalAddress local_;
  const std::string peer_;
  Socket socket_;
  boost::beast::flat_buffer buffer_;
  Signal signal_;
  Timer timer_;
  base::TimePoint deadline_ = base::TimePoint::max();
  base::TimePoint timer_at_ = base::TimePoint::max();  ///< When it fires; max if it is not armed.
  bool late_ = false;                                  ///< The deadline has passed.
  bool owed_ = false;
  bool wake_when_gone_ = false;
  bool gone_ = false;
  bool closed_ = false;
  DisconnectWatch::Entry entry_;  ///< Last, so that it goes before the socket.

  enum class InTable : std::uint8_t { kNo, kWaiting, kBusy };
  InTable in_table_ = InTable::kNo;
  std::list<Connection*>::iterator place_;  ///< In the list of that name.
};

using ConnectionPtr = std::shared_ptr<Connection>;

}  // namespace leash::http
