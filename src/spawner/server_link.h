#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>

#include "async/fd_watch.h"
#include "protocol/channel.h"
#include "spawner/slot_pool.h"

namespace leash::spawner {

/// The spawner's end of the connection to its server (or to the program whose helper it is): says
/// hello, carries out what comes, answers claims. What comes is checked; a message that is not one
/// of the protocol ends the connection. Confined to the loop's thread.
class ServerLink {
 public:
  ServerLink(boost::asio::io_context& loop, sys::UniqueFd socket, SlotPool& pool,
             std::size_t languages, std::function<void()> lost);

  [[nodiscard]] base::Result<void> say_hello(const protocol::Hello& hello);

 private:
  void on_readable();
  [[nodiscard]] bool handle(protocol::Incoming incoming);
  [[nodiscard]] bool handle_claim(const protocol::Claim& claim, sys::UniqueFd job);
  void refuse(std::uint64_t request, const base::Error& error);
  void send_refusals();
  void answer_claimed(const protocol::Claim& claim, std::uint64_t slot_id,
                      const sandbox::Slot& slot, bool waited);

  sys::UniqueFd socket_;
  async::FdWatch watch_;
  SlotPool& pool_;
  std::size_t languages_;
  std::function<void()> lost_;
  std::deque<protocol::ClaimFailed> refusals_;  ///< Not sent yet: the server reads slowly.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace leash::spawner
