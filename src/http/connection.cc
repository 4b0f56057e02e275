#include "http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <chrono>

namespace leash::http {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = std::size_t{64} * 1024;
/// After so many bytes in one go the loop's other work gets a turn.
constexpr std::size_t kFairShare = std::size_t{256} * 1024;
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytes = std::size_t{8} * 1024 * 1024;

}  // namespace

Connection::Connection(boost::asio::io_context& loop, int family, sys::UniqueFd socket,
                       LocalAddress local, std::string peer)
    : local_(std::move(local)),
      peer_(std::move(peer)),
      socket_(loop.get_executor()),
      signal_(loop),
      timer_(loop.get_executor()) {
  boost::system::error_code error;
  socket_.assign(Protocol(family, 0), socket.get(), error);
  if (!error) {
    (void)socket.release();
  } else {
    closed_ = true;
  }
}

Connection::~Connection() {
  close();
}

base::Result<void> Connection::watch(DisconnectWatch& watch) {
  if (closed_) return base::plain_error("watch", "client socket", "it is closed");
  auto entry = watch.watch(socket_.native_handle(), [this] { client_gone(); });
  if (!entry) return entry.error();
  entry_ = std::move(*entry);
  return {};
}

void Connection::client_gone() {
  gone_ = true;
  if (owed_ || wake_when_gone_) signal_.set();
  if (!owed_) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

std::string_view Connection::pending() const {
  const auto data = buffer_.cdata();
  return {static_cast<const char*>(data.data()), data.size()};
}

Task<bool> Connection::read_more() {
  if (closed_ || late_) co_return false;
  boost::system::error_code error;
  const boost::asio::mutable_buffer space = buffer_.prepare(kReadSize);
  const std::size_t size =
      co_await socket_.async_read_some(space, boost::asio::redirect_error(use_task, error));
  if (error || closed_) co_return false;
  buffer_.commit(size);
  co_return true;
}

Task<Connection::Written> Connection::write(std::string_view data, base::Duration stall) {
  std::size_t in_one_go = 0;
  while (!data.empty()) {
    if (closed_) co_return Written::kFailed;
    // Tried at once: nearly always there is room, and a trip through the reactor is saved.
    const std::size_t share = std::min(data.size(), kFairShare);
    const ssize_t sent =
        ::send(socket_.native_handle(), data.data(), share, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      data.remove_prefix(static_cast<std::size_t>(sent));
      in_one_go += static_cast<std::size_t>(sent);
      if (in_one_go >= kFairShare) {
        in_one_go = 0;
        const auto executor = socket_.get_executor();
        co_await boost::asio::post(executor, use_task);
      }
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) co_return Written::kFailed;
    if (owed_ && gone_) co_return Written::kFailed;
    in_one_go = 0;
    late_ = false;
    set_deadline(Clock::now() + stall);
    boost::system::error_code error;
    co_await socket_.async_wait(Socket::wait_write, boost::asio::redirect_error(use_task, error));
    clear_deadline();
    if (late_) co_return Written::kStalled;
    if (error || closed_) co_return Written::kFailed;
  }
  co_return Written::kAll;
}

void Connection::write_once(std::string_view data) {
  (void)::send(socket_.native_handle(), data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Task<void> Connection::linger() {
  if (closed_) co_return;
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  set_deadline(Clock::now() + kLingerTime);
  std::size_t total = 0;
  while (total < kLingerBytes) {
    total += pending().size();
    consume(pending().size());
    const bool more = co_await read_more();
    if (!more) break;
  }
}

void Connection::set_deadline(base::TimePoint deadline) {
  deadline_ = deadline;
  if (deadline_ < timer_at_) arm_timer();
}

void Connection::arm_timer() {
  timer_at_ = deadline_;
  timer_.expires_at(timer_at_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->closed_) return;
    self->timer_at_ = base::TimePoint::max();
    if (self->deadline_ == base::TimePoint::max()) return;
    if (Clock::now() < self->deadline_) {
      self->arm_timer();
      return;
    }
    self->late_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  entry_.reset();
  timer_.cancel();
  signal_.set();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace leash::http
