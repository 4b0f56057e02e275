#include "run/local/slot_session.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "protocol/setup_step.h"
#include "run/local/figures.h"
#include "sys/file.h"
#include "sys/pidfd.h"
#include "sys/socket_pair.h"

namespace leash::run {
namespace {

using async::FdWatch;
using protocol::InitReport;
using protocol::Report;
using protocol::SetupStep;
using protocol::SlotFd;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// If the kill did not empty the slot so soon, the spawner is asked to kill too.
constexpr milliseconds kSecondKill{100};
/// After the kernel's notice that memory has ended: how often to look for whom it took.
constexpr int kOomLooks = 100;
constexpr milliseconds kOomLook{10};

}  // namespace

SlotSession::SlotSession(boost::asio::io_context& loop, SpawnerClient& spawner,
                         const base::Clock& clock, ClaimedSlot slot, const Options& options,
                         Callbacks callbacks)
    : loop_(loop),
      spawner_(spawner),
      clock_(clock),
      slot_(std::move(slot)),
      options_(options),
      callbacks_(std::move(callbacks)),
      status_watch_(loop, slot_.fd(SlotFd::kStatus)),
      init_watch_(loop, slot_.fd(SlotFd::kInit)),
      events_watch_(loop, slot_.fd(SlotFd::kEvents)),
      oom_watch_(loop, slot_.fd(oom_fd())),
      wall_timer_(loop),
      cpu_timer_(loop),
      idle_timer_(loop),
      oom_timer_(loop),
      kill_timer_(loop),
      stdout_(loop, slot_.fd(SlotFd::kStdout), options.output, pump_callbacks(Stream::kStdout)),
      stderr_(loop, slot_.fd(SlotFd::kStderr), options.output, pump_callbacks(Stream::kStderr)),
      no_input_({0}),
      input_(loop, std::move(slot_.fds[static_cast<std::size_t>(SlotFd::kStdin)]),
             options.input != nullptr ? *options.input : no_input_, [this] { touch_idle(); }),
      claimed_at_(clock.now()) {
  no_input_.close();
  // Ours alone: the program has the other ends, whose flags are its own.
  for (const SlotFd which : {SlotFd::kStdout, SlotFd::kStderr, SlotFd::kStatus}) {
    static_cast<void>(sys::set_nonblocking(slot_.fd(which)));
  }
  status_watch_.once(FdWatch::For::kRead, [this] { on_status(); });
  init_watch_.once(FdWatch::For::kRead, [this] { on_init_ended(); });
  watch_oom();
}

SlotSession::~SlotSession() {
  spawner_.release(slot_.id);
}

OutputPump::Callbacks SlotSession::pump_callbacks(Stream stream) {
  return {.output = [this, stream](
                        OutputPump::Piece piece) { callbacks_.output(stream, std::move(piece)); },
          .activity =
              [this] {
                if (!first_byte_at_) first_byte_at_ = clock_.now();
                touch_idle();
              },
          .over_limit = [this, stream] { callbacks_.over_limit(stream); },
          .pause = [this] { return callbacks_.pause(); }};
}

void SlotSession::on_status() {
  while (true) {
    InitReport report;
    sys::UniqueFd fd;
    std::array<std::byte, sizeof report> buffer;
    auto received = sys::receive_message(slot_.fd(SlotFd::kStatus), buffer);
    if (received && received->size == 0) return;  // the end: now its pidfd tells the rest
    if (!received || received->size != sizeof report) break;
    std::memcpy(&report, buffer.data(), sizeof report);
    switch (report.report) {
      case Report::kStarted:
        on_started();
        break;
      case Report::kFailed:
        result_.failure = protocol::failure_text(report);
        // Not having made what it should is the compiler's failure, whose end is still to come.
        if (report.step != static_cast<std::uint32_t>(SetupStep::kArtifacts)) {
          callbacks_.end_run(Cause::kSetupError);
        }
        break;
      case Report::kArtifacts:
        if (received->fds.size() == 1) result_.artifacts = std::move(received->fds[0]);
        break;
      case Report::kExited:
        on_exited(report.wait_status);
        break;
      case Report::kOrphaned:
        orphaned_ = true;
        callbacks_.end_run(Cause::kServerLost);
        break;
      case Report::kReady:
        break;  // not said here
    }
  }
  if (!init_ended_) status_watch_.once(FdWatch::For::kRead, [this] { on_status(); });
}

void SlotSession::on_started() {
  if (result_.started) return;
  result_.started = true;
  started_at_ = clock_.now();
  last_activity_ = started_at_;
  callbacks_.started();
  // Only now: what a program prints comes after the news that it was started.
  stdout_.start();
  stderr_.start();
  if (options_.wall.count() > 0) {
    wall_timer_.after(options_.wall, [this] { callbacks_.end_run(Cause::kWallLimit); });
  }
  if (options_.cpu) check_cpu();
  if (options_.idle) {
    idle_timer_.after(*options_.idle, [this] { callbacks_.end_run(Cause::kIdleLimit); });
  }
  input_.start();
}

void SlotSession::on_exited(int wait_status) {
  if (result_.exit) return;
  result_.exit = ProgramExit{
      .signaled = WIFSIGNALED(wait_status),
      .code = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status)};
  ended_at_ = clock_.now();
  result_.elapsed = duration_cast<base::Micros>(*ended_at_ - started_at_);
  // The kernel's kill shows as SIGKILL of whomever it chose: the truth is in the counter.
  callbacks_.end_run(cause_of_end(result_.exit->signaled && result_.exit->code == SIGKILL));
  // The init ends now, and with it the kernel ends the pid namespace and waits for all who are in
  // it. A kill of the leaf would do the same again, and may have to wait for the kernel's locks.
  stop_clocks();
  if (!killed_) kill_timer_.after(kSecondKill, [this] { kill(); });
}

Cause SlotSession::cause_of_end(bool killed) const {
  if (had_oom_kill(slot_)) return Cause::kMemoryLimit;
  // This process was held up for so long that the spawner's backstop came before our clock.
  const bool overdue = options_.wall.count() > 0 && clock_.now() - started_at_ >= options_.wall;
  return killed && overdue ? Cause::kWallLimit : Cause::kExit;
}

SlotFd SlotSession::oom_fd() const {
  return slot_.mode == protocol::CgroupMode::kV2 ? SlotFd::kMemoryEvents : SlotFd::kOom;
}

void SlotSession::watch_oom() {
  // v1 has an eventfd for it; v2's memory.events changes for lesser reasons as well.
  if (slot_.mode == protocol::CgroupMode::kV2) {
    oom_watch_.once(FdWatch::For::kException, [this] {
      watch_oom();
      if (had_oom_kill(slot_)) callbacks_.end_run(Cause::kMemoryLimit);
    });
  } else {
    oom_watch_.once(FdWatch::For::kRead, [this] {
      std::uint64_t notices = 0;
      [[maybe_unused]] const auto got =
          ::read(slot_.fd(SlotFd::kOom), &notices, sizeof notices);  // or it would tell for ever
      watch_oom();
      look_for_oom_kill(kOomLooks);
    });
  }
}

/// v1 gives notice before it kills, and to every leaf below the folder whose memory has ended,
/// which may be the server's own: whose process was taken is told by the leaf's counter, a moment
/// later.
void SlotSession::look_for_oom_kill(int looks) {
  if (had_oom_kill(slot_)) return callbacks_.end_run(Cause::kMemoryLimit);
  if (looks == 0 || killed_) return;
  oom_timer_.after(kOomLook, [this, looks] { look_for_oom_kill(looks - 1); });
}

void SlotSession::check_cpu() {
  const auto used = read_cpu_time(slot_);
  const auto left = duration_cast<base::Micros>(*options_.cpu) - used;
  if (left.count() <= 0) return callbacks_.end_run(Cause::kCpuLimit);
  // However many processors it keeps busy, it cannot be over before this.
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const auto earliest = std::max<base::Micros>(left / processors, milliseconds(1));
  cpu_timer_.after(earliest, [this] { check_cpu(); });
}

void SlotSession::touch_idle() {
  if (!options_.idle || killed_ || !result_.started) return;
  // A flood must not start a timer for each piece.
  const base::TimePoint now = clock_.now();
  if (now - last_activity_ < milliseconds(1)) return;
  last_activity_ = now;
  idle_timer_.after(*options_.idle, [this] { callbacks_.end_run(Cause::kIdleLimit); });
}

void SlotSession::stop_clocks() {
  wall_timer_.cancel();
  cpu_timer_.cancel();
  idle_timer_.cancel();
}

void SlotSession::obey(base::Millis grace) {
  stop_clocks();
  if (killed_) return;
  if (grace.count() > 0) {
    // Before the start too: the init passes it on once there is a program.
    spawner_.signal(slot_.id, SIGTERM);
    kill_timer_.after(grace, [this] { kill(); });
  } else {
    kill();
  }
}

void SlotSession::signal(int number) {
  spawner_.signal(slot_.id, number);
}

void SlotSession::resume_output() {
  stdout_.resume();
  stderr_.resume();
}

void SlotSession::catch_up_with_output() {
  stdout_.catch_up();
  stderr_.catch_up();
}

std::uint64_t SlotSession::dropped_bytes(Stream stream) const {
  return (stream == Stream::kStdout ? stdout_ : stderr_).dropped_bytes();
}

void SlotSession::kill() {
  if (killed_) return;
  killed_ = true;
  stop_clocks();
  stdout_.hold();
  stderr_.hold();
  // Counted only where it is told: not after the program's own end.
  if (!result_.exit) result_.proof.processes_killed = count_processes(slot_);
  // Two ways that do not depend on each other: the leaf, and the init of the pid namespace.
  // v1 has no kill file, and this process may not signal the init: the spawner does it all.
  if (slot_.has_v2()) {
    static_cast<void>(sys::write_control(slot_.fd(SlotFd::kKill), "1"));
  } else {
    spawner_.kill(slot_.id);
  }
  if (auto init = sys::duplicate(slot_.fd(SlotFd::kInit))) {
    static_cast<void>(sys::PidFd(std::move(*init)).signal(SIGKILL));
  }
  result_.proof.signaled = clock_.now();
  if (!ended_at_) ended_at_ = result_.proof.signaled;
  result_.proof.remaining = result_.proof.processes_killed;
  callbacks_.progress(result_.proof);
  kill_timer_.after(kSecondKill, [this] {
    spawner_.kill(slot_.id);
    result_.proof.remaining = count_processes(slot_);
    callbacks_.progress(result_.proof);
  });
  if (init_ended_) await_empty();
}

void SlotSession::on_init_ended() {
  init_ended_ = true;
  on_status();  // what it said last
  if (finished_) return;
  if (result_.elapsed.count() == 0 && result_.started) {
    result_.elapsed = duration_cast<base::Micros>(clock_.now() - started_at_);
  }
  if (!killed_ && !result_.exit) {
    // It ended without a word: the kernel took it for want of memory, or somebody killed it.
    if (orphaned_) {
      // said already why
    } else if (result_.started) {
      const Cause cause = cause_of_end(true);
      if (cause == Cause::kExit) result_.exit = ProgramExit{.signaled = true, .code = SIGKILL};
      callbacks_.end_run(cause);
    } else {
      if (result_.failure.empty()) result_.failure = "the sandbox ended before the program began";
      callbacks_.end_run(Cause::kSetupError);
    }
    if (!killed_) return kill();
  }
  await_empty();
}

void SlotSession::await_empty() {
  if (finished_) return;
  if (slot_.has_v2()) {
    // Watched first, looked at second: a change in between is not missed.
    events_watch_.once(FdWatch::For::kException, [this] { await_empty(); });
  }
  if (!is_populated(slot_)) return finish();
  if (!killed_) return kill();  // which comes back here
  if (!slot_.has_v2()) kill_timer_.after(milliseconds(1), [this] { await_empty(); });
}

/// Once it is empty: so there was an end, told or made by the kill.
Stages SlotSession::stages() const {
  const auto between = [](base::TimePoint from, base::TimePoint to) {
    return std::max(base::Micros(0), duration_cast<base::Micros>(to - from));
  };
  const base::TimePoint emptied = result_.proof.emptied;
  Stages stages{.empty = between(ended_at_.value_or(emptied), emptied),
                .settle = between(emptied, clock_.now())};
  if (!result_.started) return stages;
  stages.job = between(claimed_at_, started_at_);
  if (first_byte_at_) stages.first_byte = between(started_at_, *first_byte_at_);
  stages.exit = between(first_byte_at_.value_or(started_at_), ended_at_.value_or(emptied));
  return stages;
}

void SlotSession::finish() {
  finished_ = true;
  result_.proof.emptied = clock_.now();
  result_.proof.empty = true;
  result_.proof.remaining = 0;
  stdout_.drain();
  stderr_.drain();
  result_.usage = read_usage(slot_);
  result_.usage.stdout_bytes = stdout_.total_bytes();
  result_.usage.stderr_bytes = stderr_.total_bytes();
  result_.stages = stages();
  // Posted: this may be deep in calls of the object that `done` destroys.
  boost::asio::post(loop_, [done = std::move(callbacks_.done), alive = std::weak_ptr<int>(alive_),
                            result = std::make_shared<SlotResult>(std::move(result_))] {
    if (!alive.expired()) done(std::move(*result));
  });
}

}  // namespace leash::run
