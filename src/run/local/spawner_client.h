#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "async/fd_watch.h"
#include "base/clock.h"
#include "base/result.h"
#include "protocol/channel.h"

namespace leash::run {

/// A slot that was claimed: it has its job and is ours until it is released.
struct ClaimedSlot {
  std::uint64_t id = 0;
  protocol::CgroupMode mode = protocol::CgroupMode::kNone;
  bool waited = false;  ///< No slot was ready: it was made for this claim.
  std::array<sys::UniqueFd, static_cast<std::size_t>(protocol::SlotFd::kCount)> fds;

  /// cgroup.kill and cgroup.events are there.
  [[nodiscard]] bool has_v2() const { return mode != protocol::CgroupMode::kV1; }
  [[nodiscard]] int fd(protocol::SlotFd which) const {
    return fds[static_cast<std::size_t>(which)].get();
  }
};

/// Our end of the connection to a spawner. Confined to the loop's thread; sending never blocks.
class SpawnerClient {
 public:
  using ClaimDone = std::function<void(base::Result<ClaimedSlot>)>;

  /// `lost` is called once if the spawner goes away, before the claims in progress fail.
  SpawnerClient(boost::asio::io_context& loop, sys::UniqueFd socket, std::function<void()> lost);

  /// Waits for the spawner's greeting, which comes when it has proved its layers. Blocks; call it
  /// once, before everything else.
  [[nodiscard]] base::Result<protocol::Hello> wait_for_hello(base::Duration patience);

  /// A slot as the claim says, whose `request` is filled in; `job` is a sealed memfd. Returns what
  /// withdraw() takes. Fails before anything is executed if there is no room for the descriptors
  /// with which it is answered.
  std::uint64_t claim(protocol::Claim claim, sys::UniqueFd job, ClaimDone done);
  /// The slot is no longer wanted: `done` is not called any more, and what comes is released.
  void withdraw(std::uint64_t request);
  void signal(std::uint64_t slot, int number);
  void kill(std::uint64_t slot);
  void release(std::uint64_t slot);

 private:
  struct Outgoing {
    std::vector<std::byte> bytes;
    sys::UniqueFd fd;
  };
  template <typename Message>
  void send(const Message& message, sys::UniqueFd fd = {});
  void flush();
  void on_readable();
  [[nodiscard]] base::Result<void> keep_room(std::size_t answers);
  void handle(protocol::Incoming incoming);
  void lose();

  sys::UniqueFd socket_;
  std::unique_ptr<async::FdWatch> reading_;
  std::unique_ptr<async::FdWatch> writing_;
  sys::UniqueFd writing_fd_;  ///< A second descriptor of the socket, watched for writing.
  boost::asio::io_context& loop_;
  std::function<void()> lost_;
  std::deque<Outgoing> outgoing_;
  std::map<std::uint64_t, ClaimDone> claims_;
  /// Places in the table of descriptors for the answers to all claims: a slot whose descriptors
  /// found no place would have its job all the same.
  std::vector<sys::UniqueFd> room_;
  std::uint64_t next_request_ = 1;
};

}  // namespace leash::run
