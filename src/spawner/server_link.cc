#include "spawner/server_link.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>

#include "protocol/job.h"
#include "spawner/wire_mode.h"
#include "sys/memfd.h"

namespace leash::spawner {
namespace {

using protocol::Claim;
using protocol::Kind;
using protocol::SlotFd;

/// Beyond what any operator can mean; keeps the sums below from overflowing.
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 46;
constexpr std::uint64_t kMaxTasks = 1U << 20;

bool is_sane(const Claim& claim, std::size_t languages) {
  const protocol::SlotLimits& limits = claim.limits;
  return claim.language < languages && claim.step <= protocol::Step::kVersion &&
         limits.memory_bytes > 0 && limits.memory_bytes < kMaxBytes && limits.disk_bytes > 0 &&
         limits.disk_bytes < kMaxBytes && limits.tasks > 0 && limits.tasks < kMaxTasks;
}

}  // namespace

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
    if (!incoming && incoming.error().number == EAGAIN) break;
    const bool closed = !incoming || incoming->closed;
    if (closed || !handle(std::move(*incoming))) {
      lost_();  // may destroy this
      return;
    }
  }
  watch_.once(async::FdWatch::For::kRead, [this] { on_readable(); });
}

bool ServerLink::handle(protocol::Incoming incoming) {
  const auto kind = incoming.kind();
  if (!kind) return false;
  switch (*kind) {
    case Kind::kClaim:
      return handle_claim(std::move(incoming));
    case Kind::kSignalSlot: {
      const auto message = incoming.as<protocol::SignalSlot>();
      if (!message || message->signal < 1 || message->signal > 64) return false;
      pool_.signal(message->slot, message->signal);
      return true;
    }
    case Kind::kKillSlot: {
      const auto message = incoming.as<protocol::KillSlot>();
      if (message) pool_.kill(message->slot);
      return message.has_value();
    }
    case Kind::kReleaseSlot: {
      const auto message = incoming.as<protocol::ReleaseSlot>();
      if (message) pool_.release(message->slot);
      return message.has_value();
    }
    case Kind::kWithdrawClaim: {
      const auto message = incoming.as<protocol::WithdrawClaim>();
      if (message) pool_.withdraw(message->request);
      return message.has_value();
    }
    default:
      return false;
  }
}

bool ServerLink::handle_claim(protocol::Incoming incoming) {
  const auto claim = incoming.as<Claim>();
  if (!claim || incoming.fds.size() != 1 || !is_sane(*claim, languages_)) return false;
  // Sealed, or whoever wrote it could change it under the reader.
  if (auto mapped = sys::SealedMapping::map(incoming.fds[0].get(), protocol::kMaxJobSize);
      !mapped) {
    return false;
  }
  // Answered from inside the call where a slot is ready, later where one has to be made.
  const auto waited = std::make_shared<bool>(false);
  pool_.claim(
      *claim, std::move(incoming.fds[0]),
      [this, claim = *claim, waited, alive = std::weak_ptr<int>(alive_)](
          std::uint64_t id, const sandbox::Slot& slot) {
        if (alive.expired()) return;
        answer_claimed(claim, id, slot, *waited);
      },
      [this, claim = *claim, alive = std::weak_ptr<int>(alive_)](const base::Error& error) {
        if (alive.expired()) return;
        protocol::ClaimFailed failed{.error = error.number, .request = claim.request};
        protocol::set_text(failed.text, error.message());
        static_cast<void>(
            protocol::send(socket_.get(), failed));  // a lost server: seen by the read
      });
  *waited = true;
  return true;
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
    fmt::print(stderr, "leash: a slot could not be handed over: {}\n", sent.error().message());
    pool_.release(slot_id);
  }
}

}  // namespace leash::spawner
