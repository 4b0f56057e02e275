#include "run/local/spawner_client.h"

#include <poll.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace leash::run {

using async::FdWatch;
using protocol::Kind;

SpawnerClient::SpawnerClient(boost::asio::io_context& loop, sys::UniqueFd socket,
                             std::function<void()> lost)
    : socket_(std::move(socket)), loop_(loop), lost_(std::move(lost)) {}

base::Result<protocol::Hello> SpawnerClient::wait_for_hello(base::Duration patience) {
  using std::chrono::milliseconds;
  pollfd entry{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  const auto ms = std::chrono::duration_cast<milliseconds>(patience).count();
  if (::poll(&entry, 1, static_cast<int>(ms)) != 1) {
    return base::plain_error("start", "the spawner", "it did not say hello in time");
  }
  auto incoming = protocol::receive(socket_.get());
  if (!incoming) return incoming.error();
  const auto hello = incoming->as<protocol::Hello>();
  if (incoming->closed) {
    return base::plain_error("start", "the spawner", "it ended; what it said is on stderr");
  }
  if (!hello || hello->kind != Kind::kHello || hello->version != protocol::kProtocolVersion ||
      hello->layer_count > protocol::kMaxLayers) {
    return base::plain_error("start", "the spawner", "it is of another version");
  }
  if (auto set = sys::set_nonblocking(socket_.get()); !set) return set.error();
  auto copy = sys::duplicate(socket_.get());
  if (!copy) return copy.error();
  writing_fd_ = std::move(*copy);
  reading_ = std::make_unique<FdWatch>(loop_, socket_.get());
  writing_ = std::make_unique<FdWatch>(loop_, writing_fd_.get());
  reading_->once(FdWatch::For::kRead, [this] { on_readable(); });
  return *hello;
}

template <typename Message>
void SpawnerClient::send(const Message& message, sys::UniqueFd fd) {
  Outgoing out{.bytes = std::vector<std::byte>(sizeof message), .fd = std::move(fd)};
  std::memcpy(out.bytes.data(), &message, sizeof message);
  outgoing_.push_back(std::move(out));
  if (outgoing_.size() == 1) flush();
}

void SpawnerClient::flush() {
  while (!outgoing_.empty()) {
    const Outgoing& next = outgoing_.front();
    const int fd = next.fd.get();
    const auto sent =
        sys::send_message(socket_.get(), next.bytes, std::span(&fd, next.fd.is_open() ? 1 : 0));
    if (!sent && protocol::is_momentary(sent.error())) {
      writing_->once(FdWatch::For::kWrite, [this] { flush(); });
      return;
    }
    // Any other error means that the spawner has gone; reading tells that.
    outgoing_.pop_front();
  }
}

std::uint64_t SpawnerClient::claim(protocol::Claim claim, sys::UniqueFd job, ClaimDone done) {
  const std::uint64_t request = next_request_++;
  base::Result<void> possible = base::plain_error("make a sandbox", "", "the spawner is gone");
  if (reading_ != nullptr) possible = keep_room(claims_.size() + 1);
  if (!possible) {
    boost::asio::post(loop_, [done = std::move(done), error = possible.error()] { done(error); });
    return request;
  }
  claims_.emplace(request, std::move(done));
  claim.request = request;
  send(claim, std::move(job));
  return request;
}

void SpawnerClient::withdraw(std::uint64_t request) {
  if (claims_.erase(request) == 0) return;
  static_cast<void>(keep_room(claims_.size()));
  send(protocol::WithdrawClaim{.request = request});
}

void SpawnerClient::signal(std::uint64_t slot, int number) {
  send(protocol::SignalSlot{.signal = number, .slot = slot});
}

void SpawnerClient::kill(std::uint64_t slot) {
  send(protocol::KillSlot{.slot = slot});
}

void SpawnerClient::release(std::uint64_t slot) {
  send(protocol::ReleaseSlot{.slot = slot});
}

base::Result<void> SpawnerClient::keep_room(std::size_t answers) {
  const std::size_t wanted = answers * static_cast<std::size_t>(protocol::SlotFd::kCount);
  while (room_.size() > wanted) room_.pop_back();
  while (room_.size() < wanted) {
    auto place = sys::duplicate(socket_.get());
    if (!place) return place.error();
    room_.push_back(std::move(*place));
  }
  return {};
}

void SpawnerClient::on_readable() {
  while (reading_ != nullptr) {
    // Room for one answer is given to it.
    if (!claims_.empty()) static_cast<void>(keep_room(claims_.size() - 1));
    auto incoming = protocol::receive(socket_.get());
    if (!incoming && protocol::is_momentary(incoming.error())) break;
    if (!incoming || incoming->closed) return lose();
    handle(std::move(*incoming));
  }
  static_cast<void>(keep_room(claims_.size()));
  if (reading_ != nullptr) reading_->once(FdWatch::For::kRead, [this] { on_readable(); });
}

void SpawnerClient::handle(protocol::Incoming incoming) {
  const auto take = [this](std::uint64_t request) {
    const auto found = claims_.find(request);
    if (found == claims_.end()) return ClaimDone();
    ClaimDone done = std::move(found->second);
    claims_.erase(found);
    return done;
  };
  if (const auto claimed = incoming.as<protocol::Claimed>();
      claimed && claimed->kind == Kind::kClaimed) {
    ClaimedSlot slot{
        .id = claimed->slot, .mode = claimed->cgroup_mode, .waited = claimed->waited != 0};
    const ClaimDone done = take(claimed->request);
    if (!done) return release(claimed->slot);
    if (incoming.fds.size() != slot.fds.size()) {
      release(claimed->slot);
      return done(base::plain_error("make a sandbox", "", "the server has no descriptors left"));
    }
    std::move(incoming.fds.begin(), incoming.fds.end(), slot.fds.begin());
    done(std::move(slot));
  } else if (const auto failed = incoming.as<protocol::ClaimFailed>();
             failed && failed->kind == Kind::kClaimFailed) {
    if (const ClaimDone done = take(failed->request)) {
      done(base::plain_error("make a sandbox", "", protocol::get_text(failed->text)));
    }
  }
}

void SpawnerClient::lose() {
  reading_.reset();
  writing_.reset();
  outgoing_.clear();
  room_.clear();
  // The news first: whoever waits is not to take this for a failure of its own.
  const auto claims = std::exchange(claims_, {});
  if (lost_) lost_();
  for (const auto& [request, done] : claims) {
    done(base::plain_error("make a sandbox", "", "the spawner is gone"));
  }
}

}  // namespace leash::run
