#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace leash::protocol {

/// What the server process and the spawner say to each other: plain fixed-size values over one
/// SOCK_SEQPACKET pair, descriptors beside them by SCM_RIGHTS. Every message begins with its Kind;
/// a message whose size is not that of its kind ends the connection.
enum class Kind : std::uint32_t {
  kHello = 1,      ///< spawner -> server, once, first
  kClaim,          ///< server -> spawner, with the job (a sealed memfd)
  kClaimed,        ///< spawner -> server, with the slot's descriptors (see SlotFd)
  kClaimFailed,    ///< spawner -> server: nothing was executed
  kSignalSlot,     ///< server -> spawner
  kKillSlot,       ///< server -> spawner: the second way to kill
  kReleaseSlot,    ///< server -> spawner: kill what is left and remove it all
  kWithdrawClaim,  ///< server -> spawner: the claim is no longer wanted; not answered
};

inline constexpr std::uint32_t kProtocolVersion = 1;

enum class CgroupMode : std::uint32_t { kNone, kV1, kV2, kHybrid };

/// One layer of the sandbox, as a probe at start found it.
struct LayerStatus {
  std::array<char, 24> name{};
  std::uint32_t required = 1;
  std::uint32_t proved = 0;
  std::array<char, 160> detail{};
  std::array<char, 240> remedy{};
};
inline constexpr std::size_t kMaxLayers = 20;

struct Hello {
  Kind kind = Kind::kHello;
  std::uint32_t version = kProtocolVersion;
  std::uint64_t catalog_fingerprint = 0;
  CgroupMode cgroup_mode = CgroupMode::kNone;
  std::uint32_t rootless = 0;
  std::uint32_t layer_count = 0;
  std::uint32_t reserved = 0;
  std::array<LayerStatus, kMaxLayers> layers{};
};

/// Which of a language's commands a slot executes.
enum class Step : std::uint32_t { kCompile, kRun, kVersion };

struct SlotLimits {
  std::uint64_t memory_bytes = 0;  ///< Of processes; the files' share is added by the spawner.
  std::uint64_t disk_bytes = 0;
  std::uint64_t inodes = 0;
  std::uint64_t tasks = 0;        ///< Without leash's own init.
  std::uint64_t deadline_ms = 0;  ///< The spawner's backstop: it kills the slot after so long.
};

struct Claim {
  Kind kind = Kind::kClaim;
  std::uint32_t language = 0;  ///< Index in the catalog that both sides have loaded.
  std::uint64_t request = 0;
  Step step = Step::kRun;
  std::uint32_t with_arguments = 0;  ///< 1: the program is given some. Only a hint: which slot.
  SlotLimits limits;
};

/// The descriptors that come with kClaimed, in this order. One that does not exist in this cgroup
/// mode is /dev/null.
enum class SlotFd : std::uint32_t {
  kStdin,         ///< write end
  kStdout,        ///< read end
  kStderr,        ///< read end
  kStatus,        ///< socket on which init reports (InitReport)
  kInit,          ///< pidfd of the slot's init: readable when it has ended
  kKill,          ///< cgroup.kill
  kEvents,        ///< cgroup.events: POLLPRI when `populated` changes; v1: pids.current
  kProcs,         ///< cgroup.procs
  kCpuStat,       ///< cpu.stat, or cpuacct.usage in v1
  kMemoryPeak,    ///< memory.peak, or memory.max_usage_in_bytes
  kMemoryEvents,  ///< memory.events, or memory.oom_control
  kOom,           ///< v1: eventfd, readable at an OOM; v2: /dev/null, watch kMemoryEvents
  kPidsEvents,    ///< pids.events
  kPidsPeak,      ///< pids.peak
  kDiskMeter,     ///< fstatfs tells how full the slot's files are
  kCount,
};

struct Claimed {
  Kind kind = Kind::kClaimed;
  CgroupMode cgroup_mode = CgroupMode::kNone;
  std::uint64_t request = 0;
  std::uint64_t slot = 0;
  std::uint32_t waited = 0;  ///< 1: no slot was ready, it was made for this claim.
  std::uint32_t reserved = 0;
};

struct ClaimFailed {
  Kind kind = Kind::kClaimFailed;
  std::int32_t error = 0;  ///< errno, or 0
  std::uint64_t request = 0;
  std::array<char, 240> text{};  ///< For a person: which layer, which call.
};

struct SignalSlot {
  Kind kind = Kind::kSignalSlot;
  std::int32_t signal = 0;
  std::uint64_t slot = 0;
};

struct KillSlot {
  Kind kind = Kind::kKillSlot;
  std::uint32_t reserved = 0;
  std::uint64_t slot = 0;
};

struct ReleaseSlot {
  Kind kind = Kind::kReleaseSlot;
  std::uint32_t reserved = 0;
  std::uint64_t slot = 0;
};

/// A claim that was answered meanwhile stays so: its slot is to be released.
struct WithdrawClaim {
  Kind kind = Kind::kWithdrawClaim;
  std::uint32_t reserved = 0;
  std::uint64_t request = 0;
};

/// spawner -> init, on the slot's control socket.
enum class Order : std::uint32_t {
  kJob = 1,  ///< With the job's memfd: unpack it and execute `step` of `language`.
  kSignal,   ///< Send `signal` to the program's process group.
};

struct InitOrder {
  Order order = Order::kJob;
  std::uint32_t language = 0;
  Step step = Step::kRun;
  std::int32_t signal = 0;
};

/// What a slot's init reports: to the spawner while it is set up (kReady, kFailed), then to the
/// server on its status socket. It comes from inside the sandbox: every field is checked.
enum class Report : std::uint32_t {
  kStarted = 1,  ///< The program was executed.
  kFailed,       ///< It was not: `step` and `error` say why.
  kExited,       ///< The main process has ended with `wait_status`.
  kArtifacts,    ///< Before kExited of a compile step that succeeded: its artifacts, in a memfd.
  kReady,        ///< To the spawner: the slot is set up and waits for its job.
  kOrphaned,     ///< The spawner has gone, and so the slot ends, whatever its program does.
};

struct InitReport {
  Report report = Report::kStarted;
  std::uint32_t step = 0;        ///< A sandbox::SetupStep.
  std::int32_t error = 0;        ///< errno
  std::int32_t wait_status = 0;  ///< As from wait4().
  std::uint64_t cpu_us = 0;      ///< Of the main process and what it waited for.
};

static_assert(std::is_trivially_copyable_v<Hello> && std::is_trivially_copyable_v<Claim> &&
              std::is_trivially_copyable_v<Claimed> && std::is_trivially_copyable_v<InitReport>);

}  // namespace leash::protocol
