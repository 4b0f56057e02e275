#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "async/fd_watch.h"
#include "async/timer.h"
#include "base/clock.h"
#include "run/local/input_pump.h"
#include "run/local/output_pump.h"
#include "run/local/spawner_client.h"
#include "run/outcome.h"
#include "run/spec.h"

namespace leash::run {

/// What became of one command in one slot.
struct SlotResult {
  std::optional<ProgramExit>
      exit;                 ///< How the main process ended by itself; none if it was killed.
  bool started = false;     ///< It was executed at all.
  std::string failure;      ///< Why it was not executed, or not packed up; else empty.
  sys::UniqueFd artifacts;  ///< Of a compile step that succeeded.
  base::Micros elapsed{0};  ///< From its start to its end.
  Stages stages;            ///< All but the claim.
  Usage usage;
  StopProof proof;
};

/// Watches over one claimed slot until the kernel says that it is empty: pumps its pipes, keeps its
/// clocks, kills it, and reads its figures.
///
/// Theory of operation. One poll set on the executor's loop: the init's status socket, its pidfd,
/// the output pipes, the OOM event, and timers for wall, CPU and idle time. Whatever ends the run
/// goes through `end_run` (the run's one CancelSource), and comes back as obey(). The end is always
/// the same: kill the leaf and the init (where the program ended by itself, the init ends, too, and
/// is killed if it does not), wait until the pidfd is readable and the leaf says `populated 0`,
/// drain the pipes, report. Confined to the loop's thread. The destructor releases
/// the slot, which makes the spawner kill whatever there still is.
class SlotSession {
 public:
  struct Options {
    base::Millis wall{0};
    std::optional<base::Millis> cpu;
    std::optional<base::Millis> idle;
    base::Bytes output;
    InputBuffer* input = nullptr;  ///< Null: EOF at once.
  };
  struct Callbacks {
    std::function<void()> started;
    std::function<void(Stream, OutputPump::Piece)> output;
    std::function<void(Stream)> over_limit;
    std::function<OutputPump::Pause()> pause;
    std::function<void(Cause)> end_run;              ///< A clock or the kernel ends the run.
    std::function<void(const StopProof&)> progress;  ///< The kill was written; so many are left.
    std::function<void(SlotResult)> done;            ///< Once, last; may destroy the session.
  };
  SlotSession(boost::asio::io_context& loop, SpawnerClient& spawner, const base::Clock& clock,
              ClaimedSlot slot, const Options& options, Callbacks callbacks);
  ~SlotSession();
  SlotSession(const SlotSession&) = delete;
  SlotSession& operator=(const SlotSession&) = delete;
  SlotSession(SlotSession&&) = delete;
  SlotSession& operator=(SlotSession&&) = delete;

  /// The run has a cause: kill now, or SIGTERM and the kill after `grace`. Again is harmless.
  void obey(base::Millis grace);
  void signal(int number);
  /// After a pause until this is called.
  void resume_output();

  /// Takes what the program has printed until now, as far as its pipes hold it.
  void catch_up_with_output();
  [[nodiscard]] std::uint64_t dropped_bytes(Stream stream) const;

 private:
  void on_status();
  void on_exited(int wait_status);
  [[nodiscard]] Cause cause_of_end(bool killed) const;
  void on_started();
  void on_init_ended();
  void watch_oom();
  void look_for_oom_kill(int looks);
  [[nodiscard]] protocol::SlotFd oom_fd() const;
  void check_cpu();
  void touch_idle();
  void stop_clocks();
  void kill();
  void await_empty();
  void finish();
  [[nodiscard]] Stages stages() const;
  OutputPump::Callbacks pump_callbacks(Stream stream);

  boost::asio::io_context& loop_;
  SpawnerClient& spawner_;
  const base::Clock& clock_;
  ClaimedSlot slot_;
  const Options options_;
  Callbacks callbacks_;
  async::FdWatch status_watch_;
  async::FdWatch init_watch_;
  async::FdWatch events_watch_;
  async::FdWatch oom_watch_;
  async::Timer wall_timer_;
  async::Timer cpu_timer_;
  async::Timer idle_timer_;
  async::Timer oom_timer_;
  async::Timer kill_timer_;
  OutputPump stdout_;
  OutputPump stderr_;
  InputBuffer no_input_;
  InputPump input_;
  SlotResult result_;
  const base::TimePoint claimed_at_;
  base::TimePoint started_at_;
  std::optional<base::TimePoint> first_byte_at_;
  std::optional<base::TimePoint> ended_at_;  ///< Of the program: its end was told, or its kill.
  base::TimePoint last_activity_;
  bool killed_ = false;
  bool init_ended_ = false;
  bool orphaned_ = false;
  bool finished_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace leash::run
