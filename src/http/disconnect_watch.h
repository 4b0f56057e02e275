#pragma once

#include <sys/epoll.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "async/timer.h"
#include "base/result.h"
#include "base/units.h"
#include "http/task.h"
#include "sys/fd.h"

namespace leash::http {

/// What a half-closed connection means while an answer is owed.
enum class HalfClose : std::uint8_t {
  kAbort,   ///< The client has gone, as Kestrel, nginx, Envoy and Netty read it.
  kIgnore,  ///< It may still be listening (RFC 9112, 9.6): only a reset or a failed write counts.
};

/// Tells connections that their client has closed or reset them, without reading a byte, so neither
/// pipelined requests nor an unread body can hide it.
///
/// Theory of operation. One epoll instance of its own holds every client socket, edge-triggered,
/// with EPOLLRDHUP (and EPOLLHUP and EPOLLERR, which always count). The loop's own reactor watches
/// that one descriptor. A socket is added once for its whole life, so a request costs no system
/// call here; an event is rare (at most a FIN and a reset each). Reading the socket with MSG_PEEK
/// or a background read instead would be fooled by bytes that are already waiting. Clients that are
/// lost without an event are looked for now and then (silent_loss.h), and then hung up on.
///
/// Confined to its loop. It must outlive its entries.
class DisconnectWatch {
 public:
  /// `patience`: for so long a living client may be silent; SilentLoss::patience().
  DisconnectWatch(boost::asio::io_context& loop, HalfClose half_close, base::Millis patience);
  ~DisconnectWatch();
  DisconnectWatch(const DisconnectWatch&) = delete;
  DisconnectWatch& operator=(const DisconnectWatch&) = delete;
  DisconnectWatch(DisconnectWatch&&) = delete;
  DisconnectWatch& operator=(DisconnectWatch&&) = delete;

  [[nodiscard]] base::Result<void> start();

  /// A watched socket. Destroy it before the socket is closed.
  class Entry {
   public:
    Entry() = default;
    ~Entry() { reset(); }
    Entry(Entry&& other) noexcept;
    Entry& operator=(Entry&& other) noexcept;
    void reset();

   private:
    friend class DisconnectWatch;
    Entry(DisconnectWatch* watch, std::uint64_t id, int fd) : watch_(watch), id_(id), fd_(fd) {}
    DisconnectWatch* watch_ = nullptr;
    std::uint64_t id_ = 0;
    int fd_ = -1;
  };
  /// `gone` is called on the loop when the client has gone; perhaps more than once.
  [[nodiscard]] base::Result<Entry> watch(int socket, std::function<void()> gone);

 private:
  void wait();
  void deliver();
  void look_for_lost();

  struct Watched {
    int socket;
    std::function<void()> gone;
  };
  using Descriptor = boost::asio::posix::basic_stream_descriptor<LoopExecutor>;

  const std::uint32_t interest_;
  Descriptor epoll_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, Watched> entries_;
  const base::Millis patience_;
  async::Timer look_;
};

}  // namespace leash::http
