#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "async/cancel.h"
#include "run/local/compile_cache.h"
#include "run/local/job_builder.h"
#include "run/local/newcomers.h"
#include "run/local/slot_session.h"
#include "run/local/spawner_client.h"
#include "run/run.h"
#include "runtimes/catalog.h"

namespace leash::run {

/// Drives one run from the moment an executor takes it over to its `finished` event: compile in a
/// slot of its own where the language does, then run in another, each to its confirmed end.
///
/// Confined to the loop's thread; only the cancellation may come from elsewhere, and is posted.
class LocalRun {
 public:
  struct Environment {
    boost::asio::io_context* loop = nullptr;
    SpawnerClient* spawner = nullptr;
    const base::Clock* clock = nullptr;
    const runtimes::Catalog* catalog = nullptr;
    CompileCache* compiled = nullptr;
    Newcomers* newcomers = nullptr;
    /// The language's version, for the `started` event; empty if not known.
    std::function<std::string(const std::string& language)> version;
  };
  /// `gone` is called once, last, after the run has finished; it may destroy this.
  LocalRun(Environment environment, RunPtr run, std::function<void()> gone);
  ~LocalRun();
  LocalRun(const LocalRun&) = delete;
  LocalRun& operator=(const LocalRun&) = delete;
  LocalRun(LocalRun&&) = delete;
  LocalRun& operator=(LocalRun&&) = delete;

  void start();
  [[nodiscard]] const RunPtr& run() const { return run_; }

 private:
  /// A function for other threads that has `call` made on the loop, if this still exists then.
  [[nodiscard]] std::function<void()> posted(std::function<void()> call) const;
  [[nodiscard]] std::string version() const;
  /// The step to begin with. The run itself if what it would compile is known from before.
  [[nodiscard]] protocol::Step first_step();
  void claim(protocol::Step step);
  void withdraw_claim();
  void on_claimed(protocol::Step step, base::Result<ClaimedSlot> slot);
  void begin_session(protocol::Step step, ClaimedSlot slot);
  void on_cancelled();
  void on_compiled(SlotResult result);
  void keep_compiled(const SlotResult& result);
  /// Empty, or why there is nothing to run.
  [[nodiscard]] std::string take_artifacts(const SlotResult& result);
  [[nodiscard]] OutputPump::Pause output_pause(protocol::Step step) const;
  void tell_started(protocol::Step step);
  void on_ran(SlotResult result);
  void collect_compile_output(Stream stream, const std::string& data);
  [[nodiscard]] protocol::SlotLimits limits_for(protocol::Step step) const;
  [[nodiscard]] SlotSession::Options options_for(protocol::Step step);
  /// Says in the compiler's stderr what is not in the report.
  void tell_compile_output_cut();
  void fail(const std::string& why);
  void finish(Run::End end);
  void leave();

  Environment env_;
  RunPtr run_;
  std::function<void()> gone_;
  std::uint32_t language_ = 0;
  Phase set_up_ = Phase::kQueue;  ///< What the last claim was for.
  base::TimePoint claimed_at_;
  base::Micros claim_time_{0};
  base::Micros start_time_{0};
  CompileReport report_;
  Artifacts artifacts_;
  std::array<bool, 2> report_cut_{};        ///< By stream: not all that the compiler said is in it.
  std::optional<std::string> cache_key_;    ///< None: what is compiled is not kept.
  std::shared_ptr<const Compiled> cached_;  ///< Then there was no compile step.
  bool waited_ = false;                     ///< For a slot that had to be made.
  bool finished_ = false;
  std::optional<Newcomers::Newcomer> newcomer_;  ///< Of the last claim, until the end.
  std::optional<std::uint64_t> claim_;           ///< The one that is not answered yet.
  std::unique_ptr<SlotSession> session_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  std::optional<async::CancelCallback> on_cancel_;
};

}  // namespace leash::run
