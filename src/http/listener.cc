#include "http/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>

namespace leash::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr int kBacklog = 4096;
/// Accepted in one go, before other work gets its turn.
constexpr int kAcceptBatch = 64;
constexpr std::string_view kUnixPrefix = "unix:";
/// Accepting is tried again after this even if none of our connections was closed: the shortage may
/// be the whole system's, of which nobody sends news.
constexpr auto kExhaustedRetry = std::chrono::milliseconds(100);

std::optional<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(text.substr(0, colon));
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return std::nullopt;
  }
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) return std::nullopt;
  return tcp::endpoint(address, port);
}

void set_option(int socket, int level, int name, int value) {
  // Each only improves the service; a kernel that lacks one still serves.
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

bool is_exhausted(int number) {
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

/// True if a server answers at this socket file.
bool is_answered(const sockaddr_un& address) {
  const sys::UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

sys::UniqueFd open_spare() {
  return sys::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

bool is_local_address(const std::string& address) {
  if (address.starts_with(kUnixPrefix)) return true;
  const auto endpoint = parse_endpoint(address);
  return endpoint && endpoint->address().is_loopback();
}

base::Result<std::unique_ptr<Listener>> Listener::open(asio::io_context& loop,
                                                       const std::string& address,
                                                       SilentLoss silent, Hooks hooks) {
  std::unique_ptr<Listener> listener(new Listener(loop, std::move(hooks)));
  auto opened = address.starts_with(kUnixPrefix)
                    ? listener->open_unix(address.substr(kUnixPrefix.size()))
                    : listener->open_tcp(address, silent);
  if (!opened) return opened.error();
  return listener;
}

Listener::Listener(asio::io_context& loop, Hooks hooks)
    : loop_(loop),
      hooks_(std::move(hooks)),
      socket_(loop.get_executor()),
      spare_(open_spare()),
      room_(loop) {}

Listener::~Listener() {
  close();
}

base::Result<void> Listener::open_tcp(const std::string& address, SilentLoss silent) {
  const auto endpoint = parse_endpoint(address);
  if (!endpoint) {
    return base::plain_error("listen", address, "an address is IP:PORT, [IPv6]:PORT or unix:PATH");
  }
  family_ = endpoint->protocol().family();
  sys::UniqueFd socket(::socket(family_, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return base::system_error("socket", address);
  // What is set here, accepted sockets inherit.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  probe_when_quiet(socket.get(), silent);
  if (family_ == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (::bind(socket.get(), endpoint->data(), static_cast<socklen_t>(endpoint->size())) != 0) {
    return base::system_error("bind", address);
  }
  tcp::endpoint bound;
  socklen_t size = static_cast<socklen_t>(bound.capacity());
  if (::getsockname(socket.get(), bound.data(), &size) != 0) {
    return base::system_error("getsockname", address);
  }
  bound.resize(size);
  local_ = {.is_unix = false, .ip = bound.address().to_string(), .port = bound.port()};
  wildcard_ = bound.address().is_unspecified();
  loopback_ = bound.address().is_loopback();
  return listen(std::move(socket), address);
}

base::Result<void> Listener::open_unix(const std::string& path) {
  family_ = AF_UNIX;
  local_ = {.is_unix = true, .ip = {}, .port = 0};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return base::plain_error("listen", path, "the path of a unix socket has 1 to 107 bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  sys::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return base::system_error("socket", path);
  struct stat old {};
  if (::lstat(path.c_str(), &old) == 0 && S_ISSOCK(old.st_mode) && !is_answered(address)) {
    ::unlink(path.c_str());
  }
  const auto* plain = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket.get(), plain, sizeof address) != 0) return base::system_error("bind", path);
  unix_path_ = path;
  // Owner and group; a token is asked for all the same.
  if (::chmod(path.c_str(), 0660) != 0) return base::system_error("chmod", path);
  return listen(std::move(socket), path);
}

base::Result<void> Listener::listen(sys::UniqueFd socket, const std::string& address) {
  if (::listen(socket.get(), kBacklog) != 0) return base::system_error("listen", address);
  boost::system::error_code error;
  socket_.assign(socket.get(), error);
  if (error) return base::plain_error("listen", address, error.message());
  (void)socket.release();
  return {};
}

Task<void> Listener::run() {
  while (!closed_) {
    boost::system::error_code error;
    co_await socket_.async_wait(Descriptor::wait_read, asio::redirect_error(use_task, error));
    if (error || closed_) co_return;
    Accepted result = Accepted::kOne;
    for (int i = 0; i < kAcceptBatch && result == Accepted::kOne; ++i) result = accept_one();
    if (result != Accepted::kExhausted) continue;
    if (!hooks_.exhausted()) spare_.reset();
    (void)accept_one();
    const auto retry = std::chrono::steady_clock::now() + kExhaustedRetry;
    const bool freed = co_await room_.wait_until(retry);
    static_cast<void>(freed);
    if (!spare_.is_open()) spare_ = open_spare();
  }
}

Listener::Accepted Listener::accept_one() {
  if (closed_) return Accepted::kNone;
  tcp::endpoint peer;
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  sys::UniqueFd socket(::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&storage),
                                 &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.is_open()) {
    if (is_exhausted(errno)) return Accepted::kExhausted;
    // A client that has left meanwhile is no reason to stop.
    return errno == ECONNABORTED || errno == EINTR ? Accepted::kOne : Accepted::kNone;
  }
  LocalAddress local = local_;
  std::string from;
  if (!local_.is_unix) {
    std::memcpy(peer.data(), &storage, std::min<std::size_t>(size, peer.capacity()));
    from = peer.address().to_string();
    if (wildcard_) {
      tcp::endpoint own;
      socklen_t own_size = static_cast<socklen_t>(own.capacity());
      if (::getsockname(socket.get(), own.data(), &own_size) == 0) {
        local.ip = own.address().to_string();
      }
    }
  }
  hooks_.accepted(std::make_shared<Connection>(loop_, family_, std::move(socket), std::move(local),
                                               std::move(from)));
  return Accepted::kOne;
}

void Listener::close() {
  if (closed_) return;
  closed_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  room_.set();
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

void Listener::room() {
  room_.set();
}

}  // namespace leash::http
