#include "http/disconnect_watch.h"

#include <array>
#include <utility>

#include "http/silent_loss.h"

namespace leash::http {
namespace {

/// Looks within the time of patience: what is found is that much late at most, and costs little.
constexpr int kLooks = 8;

}  // namespace

DisconnectWatch::DisconnectWatch(boost::asio::io_context& loop, HalfClose half_close,
                                 base::Millis patience)
    : interest_(half_close == HalfClose::kAbort ? EPOLLET | EPOLLRDHUP : std::uint32_t{EPOLLET}),
      epoll_(loop.get_executor()),
      patience_(patience),
      look_(loop) {}

DisconnectWatch::~DisconnectWatch() = default;

base::Result<void> DisconnectWatch::start() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return base::system_error("epoll_create1");
  boost::system::error_code error;
  epoll_.assign(fd, error);
  if (error) {
    ::close(fd);
    return base::plain_error("watch", "epoll", error.message());
  }
  wait();
  look_for_lost();
  return {};
}

void DisconnectWatch::look_for_lost() {
  for (const auto& [id, watched] : entries_) end_if_lost(watched.socket, patience_);
  look_.after(patience_ / kLooks, [this] { look_for_lost(); });
}

void DisconnectWatch::wait() {
  epoll_.async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;  // Closed: the watch may be gone already.
    deliver();
    wait();
  });
}

void DisconnectWatch::deliver() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = ::epoll_wait(epoll_.native_handle(), events.data(), events.size(), 0);
    if (count <= 0) return;
    for (int i = 0; i < count; ++i) {
      const std::uint32_t what = events[static_cast<std::size_t>(i)].events;
      if ((what & (interest_ | EPOLLHUP | EPOLLERR)) == 0) continue;
      // By id, not by pointer: an earlier call of this batch may have removed the entry.
      const auto entry = entries_.find(events[static_cast<std::size_t>(i)].data.u64);
      if (entry == entries_.end()) continue;
      const auto call = entry->second.gone;
      call();
    }
  }
}

base::Result<DisconnectWatch::Entry> DisconnectWatch::watch(int socket,
                                                            std::function<void()> gone) {
  const std::uint64_t id = ++last_id_;
  entries_.emplace(id, Watched{.socket = socket, .gone = std::move(gone)});
  epoll_event event{};
  event.events = interest_;
  event.data.u64 = id;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0) {
    entries_.erase(id);
    return base::system_error("epoll_ctl", "client socket");
  }
  return Entry(this, id, socket);
}

DisconnectWatch::Entry::Entry(Entry&& other) noexcept
    : watch_(std::exchange(other.watch_, nullptr)), id_(other.id_), fd_(other.fd_) {}

DisconnectWatch::Entry& DisconnectWatch::Entry::operator=(Entry&& other) noexcept {
  if (this != &other) {
    reset();
    watch_ = std::exchange(other.watch_, nullptr);
    id_ = other.id_;
    fd_ = other.fd_;
  }
  return *this;
}

void DisconnectWatch::Entry::reset() {
  if (watch_ == nullptr) return;
  ::epoll_ctl(watch_->epoll_.native_handle(), EPOLL_CTL_DEL, fd_, nullptr);
  watch_->entries_.erase(id_);
  watch_ = nullptr;
}

}  // namespace leash::http
