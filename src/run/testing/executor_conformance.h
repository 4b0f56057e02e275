#pragma once

// What every Executor promises, as tests that each of them is put through. A kind of executor has a
// Kit, and instantiates the suites with it (local_conformance_test.cc):
//
//   Kit(boost::asio::io_context* loop = nullptr)    an executor that is not started; owner loop
//   Executor& executor();  void destroy();          destroy: only its destructor, no stop()
//   RunSpec script(std::string bash, std::string marker = {})   marker: an argument of its process
//   void break_cleanup();                           the next stop() will not clean all up

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "run/executor.h"
#include "sys/file.h"

namespace leash::run::testing {

/// True if the host has a process with this among its arguments.
inline bool is_running(const std::string& marker) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    // One that ends just now cannot be read: it is none.
    const auto file = sys::read_file((entry.path() / "cmdline").string());
    const std::string arguments = file ? *file : std::string();
    if (arguments.find(marker) != std::string::npos) return true;
  }
  return false;
}

inline std::string new_marker() {
  return "marker-" + make_run_id();
}

/// Told as soon as a run's output contains a text, or when it has ended without.
class Awaited {
 public:
  explicit Awaited(std::string text) : state_(std::make_shared<State>(std::move(text))) {}

  Executor::Sink sink() const {
    return [state = state_](const EventPtr& event) {
      const auto* output = std::get_if<OutputEvent>(&event->body);
      if (output != nullptr) state->seen += output->data;
      const bool found = state->seen.find(state->text) != std::string::npos;
      const bool ended = std::holds_alternative<FinishedEvent>(event->body);
      if ((found || ended) && !std::exchange(state->told, true)) state->promise.set_value(found);
    };
  }
  /// Blocks; true if it was printed.
  bool wait() const { return state_->promise.get_future().get(); }

 private:
  struct State {
    explicit State(std::string text_) : text(std::move(text_)) {}
    const std::string text;
    std::string seen;
    bool told = false;
    std::promise<bool> promise;
  };
  std::shared_ptr<State> state_;
};

template <typename Kit>
class ExecutorConformance : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = std::make_unique<Kit>();
    const auto started = shared_->executor().start();
    ASSERT_TRUE(started.has_value()) << started.error().message();
  }
  static void TearDownTestSuite() {
    for (const base::Error& error : shared_->executor().stop()) ADD_FAILURE() << error.message();
    shared_.reset();
  }

  /// The executor that tests share which do not stop it.
  static Executor& executor() { return shared_->executor(); }
  static Kit& kit() { return *shared_; }

  static ExecuteResult execute(Executor& executor, RunSpec spec,
                               const async::CancelToken& token = {}) {
    auto result = executor.execute(std::move(spec), token);
    EXPECT_TRUE(result.has_value()) << result.error().message();
    return std::move(*result);
  }
  static ExecuteResult execute(RunSpec spec, const async::CancelToken& token = {}) {
    return execute(executor(), std::move(spec), token);
  }

  /// A program that says `ready`, and a little later would do what it must not get to do.
  static RunSpec with_effect(const std::string& marker) {
    return shared_->script("echo ready; sleep 1.5; echo effect; sleep 60", marker);
  }
  /// Waits until its effect would long have happened, and sees that the program is not there.
  static void expect_no_effect(const RunHandle& handle, const std::string& marker) {
    EXPECT_FALSE(is_running(marker)) << "alive when it was said to be stopped";
    EXPECT_EQ(execute(shared_->script("sleep 1.8")).outcome.status, Status::kSucceeded);
    EXPECT_FALSE(is_running(marker));
    EXPECT_EQ(handle.run()->log()->kept_output(Stream::kStdout).find("effect"), std::string::npos);
  }

  static inline std::unique_ptr<Kit> shared_;
};

TYPED_TEST_SUITE_P(ExecutorConformance);

TYPED_TEST_P(ExecutorConformance, RunsToTheEndWithOutputAndExitCode) {
  const auto result = this->execute(this->kit().script("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.outcome.status, Status::kFailed);
  EXPECT_EQ(result.outcome.cause, Cause::kExit);
  EXPECT_EQ(result.outcome.exit, (ProgramExit{.signaled = false, .code = 3}));
  EXPECT_EQ(result.stdout_data, "out\n");
  EXPECT_EQ(result.stderr_data, "err\n");
}

TYPED_TEST_P(ExecutorConformance, R69_EventsComeInOrderAndTheLastOneOnce) {
  std::vector<std::uint64_t> seqs;
  std::vector<std::string> types;
  auto ended = std::make_shared<std::promise<void>>();
  const auto handle = this->executor().start_run(
      this->kit().script("for i in 1 2 3; do echo $i; done"), [&, ended](const EventPtr& event) {
        seqs.push_back(event->seq);
        types.emplace_back(type_name(event->body));
        if (types.back() == "finished") ended->set_value();
      });
  ASSERT_TRUE(handle.has_value());
  ended->get_future().wait();
  for (std::size_t i = 0; i < seqs.size(); ++i) EXPECT_EQ(seqs[i], i + 1);
  EXPECT_EQ(types.front(), "queued");
  EXPECT_EQ(std::count(types.begin(), types.end(), "finished"), 1);
}

TYPED_TEST_P(ExecutorConformance, BlocksStopAtTheFirstFailure) {
  const std::string never = new_marker();
  const auto results = this->executor().execute_all(
      {this->kit().script("echo one"), this->kit().script("echo two; exit 2"),
       this->kit().script("echo three", never)},
      {});
  ASSERT_TRUE(results.has_value());
  ASSERT_EQ(results->size(), 2U);
  EXPECT_EQ((*results)[0].stdout_data, "one\n");
  EXPECT_EQ((*results)[1].stdout_data, "two\n");
  EXPECT_EQ((*results)[1].outcome.exit, (ProgramExit{.signaled = false, .code = 2}));
}

TYPED_TEST_P(ExecutorConformance, R39_ATimeoutKeepsWhatWasPrintedAndFiresAtItsLimit) {
  RunSpec spec = this->kit().script("echo partial; sleep 60");
  spec.limits.wall = base::Millis(300);
  const auto result = this->execute(std::move(spec));
  EXPECT_EQ(result.outcome.status, Status::kTimedOut);
  EXPECT_EQ(result.outcome.cause, Cause::kWallLimit);
  EXPECT_EQ(result.stdout_data, "partial\n");
  EXPECT_GE(result.outcome.timing.run, base::Millis(300));
}

TYPED_TEST_P(ExecutorConformance, R24_CancelledBeforeItBeganNothingIsExecuted) {
  async::CancelSource source;
  source.cancel(Cause::kStop);
  const std::string marker = new_marker();
  const auto result = this->execute(this->with_effect(marker), source.token());
  EXPECT_EQ(result.outcome.cause, Cause::kStop);
  EXPECT_EQ(result.outcome.phase, Phase::kQueue);
  EXPECT_EQ(result.stdout_data, "");
  EXPECT_FALSE(is_running(marker));
}

TYPED_TEST_P(ExecutorConformance, R5_CancelledWhileItRunsItIsGoneWhenTheAnswerComes) {
  const std::string marker = new_marker();
  const Awaited ready("ready");
  const auto handle = this->executor().start_run(this->with_effect(marker), ready.sink());
  ASSERT_TRUE(handle.has_value());
  ASSERT_TRUE(ready.wait());
  EXPECT_TRUE(is_running(marker));
  EXPECT_TRUE(handle->stop());
  const RunSnapshot outcome = handle->wait();
  this->expect_no_effect(*handle, marker);
  EXPECT_EQ(outcome.status, Status::kCancelled);
  EXPECT_TRUE(outcome.stop.has_value() && outcome.stop->empty);
}

TYPED_TEST_P(ExecutorConformance, CancelledAfterTheEndChangesNothing) {
  async::CancelSource source;
  const auto handle = this->executor().start_run(this->kit().script("exit 4"), nullptr);
  ASSERT_TRUE(handle.has_value());
  EXPECT_EQ(handle->wait().cause, Cause::kExit);
  EXPECT_FALSE(handle->stop());
  EXPECT_EQ(this->execute(this->kit().script("true"), source.token()).outcome.cause, Cause::kExit);
  source.cancel(Cause::kStop);
  EXPECT_EQ(handle->run()->snapshot().status, Status::kFailed);
}

TYPED_TEST_P(ExecutorConformance, R74_ADaemonThatHoldsThePipeDoesNotDelayTheEnd) {
  const std::string marker = new_marker();
  const auto result = this->execute(
      this->kit().script("setsid bash -c 'sleep 60; true' " + marker + " & echo gone"));
  EXPECT_EQ(result.outcome.status, Status::kSucceeded);
  EXPECT_EQ(result.stdout_data, "gone\n");
  EXPECT_FALSE(is_running(marker));
  EXPECT_LT(result.outcome.timing.total, std::chrono::seconds(30));
}

TYPED_TEST_P(ExecutorConformance, R34_TheKillFollowsTheCauseAtOnce) {
  std::vector<base::Duration> latencies;
  for (int i = 0; i < 7; ++i) {
    const Awaited ready("ready");
    const auto handle =
        this->executor().start_run(this->kit().script("echo ready; sleep 60"), ready.sink());
    ASSERT_TRUE(handle.has_value() && ready.wait());
    handle->stop();
    const RunSnapshot outcome = handle->wait();
    latencies.push_back(outcome.stop->signaled - outcome.stop->requested);
  }
  // The requirement's alarm. The quickest: what a busy machine adds to the others is not ours.
  EXPECT_LT(*std::min_element(latencies.begin(), latencies.end()), base::Millis(10));
}

TYPED_TEST_P(ExecutorConformance, R70_GraceLetsAProgramEndItselfAndItIsStillAStop) {
  const Awaited ready("ready");
  const auto handle = this->executor().start_run(
      this->kit().script("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"),
      ready.sink());
  ASSERT_TRUE(handle.has_value() && ready.wait());
  EXPECT_TRUE(handle->stop(std::chrono::seconds(20)));
  const RunSnapshot outcome = handle->wait();
  EXPECT_EQ(outcome.cause, Cause::kStop);
  EXPECT_EQ(outcome.exit, (ProgramExit{.signaled = false, .code = 0}));
  EXPECT_EQ(handle->run()->log()->kept_output(Stream::kStdout), "ready\nbye\n");
}

TYPED_TEST_P(ExecutorConformance, R14_ASecondStopCutsTheGraceOfTheFirst) {
  const Awaited ready("ready");
  const auto handle = this->executor().start_run(
      this->kit().script("trap '' TERM; echo ready; while :; do sleep 0.05; done"), ready.sink());
  ASSERT_TRUE(handle.has_value() && ready.wait());
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(handle->stop(std::chrono::seconds(100)));
  EXPECT_FALSE(handle->stop());
  EXPECT_EQ(handle->wait().cause, Cause::kStop);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(50));
}

REGISTER_TYPED_TEST_SUITE_P(
    ExecutorConformance, RunsToTheEndWithOutputAndExitCode, R69_EventsComeInOrderAndTheLastOneOnce,
    BlocksStopAtTheFirstFailure, R39_ATimeoutKeepsWhatWasPrintedAndFiresAtItsLimit,
    R24_CancelledBeforeItBeganNothingIsExecuted, R5_CancelledWhileItRunsItIsGoneWhenTheAnswerComes,
    CancelledAfterTheEndChangesNothing, R74_ADaemonThatHoldsThePipeDoesNotDelayTheEnd,
    R34_TheKillFollowsTheCauseAtOnce, R70_GraceLetsAProgramEndItselfAndItIsStillAStop,
    R14_ASecondStopCutsTheGraceOfTheFirst);

}  // namespace leash::run::testing
