#include "spawner/server_link.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/tell.h"
#include "protocol/job.h"
#include "spawner/server_message.h"
#include "spawner/wire_mode.h"
#include "sys/memfd.h"

namespace leash::spawner {

using protocol::Claim;
using protocol::SlotFd;

ServerLink::ServerLink(boost::asio::io_context& loop, sys::UniqueFd socket, SlotPool& pool,
                       std::size_t languages, std::function<void()> lost)
    : socket_(std::move(socket)),
      watch_(loop, socket_.get()),
      pool_(pool),
      languages_(languages),
      lost_(std::move(lost)) {}

base::Result<void> ServerLink::say_hello(const protocol::Hello& hello) {
  if (auto sent = protocol::send(socket_.get(), hello); !sent) return sent;
  if (auto set = sys::set_nonblocking(socket_.get()); !set) return set;
  watch_.once(async::FdWatch::For::kRead, [this] { on_readable(); });
  return {};
}

void ServerLink::on_readable() {
  while (true) {
    auto incoming = protocol::receive(socket_.get());
    if (!incoming && protocol::is_momentary(incoming.error())) break;
    const bool closed = !incoming || incoming->closed;
    if (closed || !handle(std::move(*incoming))) {
      // So that a server that has said nonsense sees the end, and does not wait for an answer.
      ::shutdown(socket_.get(), SHUT_RDWR);
      lost_();  // may destroy this
      return;
    }
  }
  watch_.once(async::FdWatch::For::kRead, [this] { on_readable(); });
}

bool ServerLink::handle(protocol::Incoming incoming) {
  const auto message = read_server_message(incoming, languages_);
  if (!message) return false;
  if (const auto* claim = std::get_if<Claim>(&*message)) {
    if (!incoming.fds_lost) return handle_claim(*claim, std::move(incoming.fds[0]));
    refuse(claim->request,
           base::Error("take a job", "", EMFILE, "the spawner has no descriptors left"));
    return true;
  }
  if (const auto* signal = std::get_if<protocol::SignalSlot>(&*message)) {
    pool_.signal(signal->slot, signal->signal);
  } else if (const auto* kill = std::get_if<protocol::KillSlot>(&*message)) {
    pool_.kill(kill->slot);
  } else if (const auto* release = std::get_if<protocol::ReleaseSlot>(&*message)) {
    pool_.release(release->slot);
  } else {
    pool_.withdraw(std::get<protocol::WithdrawClaim>(*message).request);
  }
  return true;
}

bool ServerLink::handle_claim(const Claim& claim, sys::UniqueFd job) {
  // Sealed, or whoever wrote it could change it under the reader.
  const auto mapped = sys::SealedMapping::map(job.get(), protocol::kMaxJobSize);
  if (!mapped) {
    refuse(claim.request, mapped.error());
    return true;
  }
  // Answered from inside the call where a slot is ready, later where one has to be made.
  const auto waited = std::make_shared<bool>(false);
  pool_.claim(
      claim, std::move(job),
      [this, claim, waited, alive = std::weak_ptr<int>(alive_)](std::uint64_t id,
                                                                const sandbox::Slot& slot) {
        if (alive.expired()) return;
        answer_claimed(claim, id, slot, *waited);
      },
      [this, claim, alive = std::weak_ptr<int>(alive_)](const base::Error& error) {
        if (!alive.expired()) refuse(claim.request, error);
      });
  *waited = true;
  return true;
}

void ServerLink::refuse(std::uint64_t request, const base::Error& error) {
  protocol::ClaimFailed failed{.error = error.number, .request = request};
  protocol::set_text(failed.text, error.message());
  refusals_.push_back(failed);
  if (refusals_.size() == 1) send_refusals();
}

void ServerLink::send_refusals() {
  while (!refusals_.empty()) {
    const auto sent = protocol::send(socket_.get(), refusals_.front());
    if (!sent && protocol::is_momentary(sent.error())) {
      watch_.once(async::FdWatch::For::kWrite, [this] { send_refusals(); });
      return;
    }
    refusals_.pop_front();  // after any other error the server is lost: seen by the read
  }
}

void ServerLink::answer_claimed(const Claim& claim, std::uint64_t slot_id,
                                const sandbox::Slot& slot, bool waited) {
  std::array<int, static_cast<std::size_t>(SlotFd::kCount)> fds{};
  const auto put = [&fds](SlotFd which, int fd) { fds[static_cast<std::size_t>(which)] = fd; };
  put(SlotFd::kStdin, slot.stdin_fd.get());
  put(SlotFd::kStdout, slot.stdout_fd.get());
  put(SlotFd::kStderr, slot.stderr_fd.get());
  put(SlotFd::kStatus, slot.status.get());
  put(SlotFd::kInit, slot.init.fd());
  put(SlotFd::kKill, slot.handles.kill.get());
  put(SlotFd::kEvents, slot.handles.events.get());
  put(SlotFd::kProcs, slot.handles.procs.get());
  put(SlotFd::kCpuStat, slot.handles.cpu_stat.get());
  put(SlotFd::kMemoryPeak, slot.handles.memory_peak.get());
  put(SlotFd::kMemoryEvents, slot.handles.memory_events.get());
  put(SlotFd::kOom, slot.handles.oom.get());
  put(SlotFd::kPidsEvents, slot.handles.pids_events.get());
  put(SlotFd::kPidsPeak, slot.handles.pids_peak.get());
  put(SlotFd::kDiskMeter, slot.box.meter_fd());
  const protocol::Claimed claimed{.cgroup_mode = wire_mode(slot.leaf.mode()),
                                  .request = claim.request,
                                  .slot = slot_id,
                                  .waited = waited ? 1U : 0U};
  if (auto sent = protocol::send(socket_.get(), claimed, fds); !sent) {
    base::tell("leash: a slot could not be handed over: {}\n", sent.error().message());
    pool_.release(slot_id);
    refuse(claim.request, sent.error());  // or the run would wait for ever
  }
}

}  // namespace leash::spawner
