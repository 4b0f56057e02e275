#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/connection.h"
#include "http/guard.h"
#include "http/signal.h"
#include "http/silent_loss.h"
#include "http/task.h"

namespace leash::http {

/// A listening socket and the loop that accepts from it.
///
/// When the process or the system runs out of descriptors it does not spin: it frees one (by the
/// `exhausted` call, or the spare one it holds), accepts one client with it, so that a health probe
/// still gets an answer, and then waits for room.
class Listener {
 public:
  struct Hooks {
    std::function<void(ConnectionPtr)> accepted;
    std::function<bool()> exhausted;  ///< Frees a descriptor; false if it could not.
  };
  /// `address` is "127.0.0.1:3002", "[::1]:0", "localhost:3002" or "unix:/path"; port 0 takes any
  /// free one. An old socket file is replaced if nobody listens at it.
  [[nodiscard]] static base::Result<std::unique_ptr<Listener>> open(boost::asio::io_context& loop,
                                                                    const std::string& address,
                                                                    SilentLoss silent, Hooks hooks);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  /// Accepts until close(). The listener must outlive it.
  [[nodiscard]] Task<void> run();
  void close();
  /// A connection was closed: there may be room again.
  void room();

  [[nodiscard]] std::uint16_t port() const { return local_.port; }
  [[nodiscard]] bool is_unix() const { return local_.is_unix; }
  /// Only this machine can reach it.
  [[nodiscard]] bool is_local() const { return local_.is_unix || loopback_; }

 private:
  using Descriptor = boost::asio::posix::basic_stream_descriptor<LoopExecutor>;

  Listener(boost::asio::io_context& loop, Hooks hooks);
  [[nodiscard]] base::Result<void> open_tcp(const std::string& address, SilentLoss silent);
  [[nodiscard]] base::Result<void> open_unix(const std::string& path);
  [[nodiscard]] base::Result<void> listen(sys::UniqueFd socket, const std::string& address);
  enum class Accepted { kOne, kNone, kExhausted };
  Accepted accept_one();

  boost::asio::io_context& loop_;
  const Hooks hooks_;
  Descriptor socket_;
  sys::UniqueFd spare_;
  Signal room_;
  LocalAddress local_;
  bool wildcard_ = false;
  bool loopback_ = false;
  int family_ = 0;
  std::string unix_path_;
  bool closed_ = false;
};

/// True if a listener at this address could be reached by this machine only. False if malformed.
[[nodiscard]] bool is_local_address(const std::string& address);

}  // namespace leash::http
