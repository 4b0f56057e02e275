#pragma once

// The conformance suite, second part: threads, loops, and the ends of an executor.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "run/testing/executor_conformance.h"

namespace leash::run::testing {

/// A loop that a thread of its own runs until stop().
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_.run(); }) {}
  ~LoopThread() { stop(); }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  LoopThread(LoopThread&&) = delete;
  LoopThread& operator=(LoopThread&&) = delete;

  boost::asio::io_context& loop() { return loop_; }
  [[nodiscard]] std::thread::id id() const { return id_; }
  void stop() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_.get_executor()};
  std::thread thread_;
  const std::thread::id id_ = thread_.get_id();
};

template <typename Kit>
class ExecutorThreadConformance : public ExecutorConformance<Kit> {
 protected:
  static void expect_clean(const std::vector<base::Error>& errors) {
    for (const base::Error& error : errors) ADD_FAILURE() << error.message();
  }
};

TYPED_TEST_SUITE_P(ExecutorThreadConformance);

TYPED_TEST_P(ExecutorThreadConformance, R50_CallbacksComeOnTheOwnerLoopWhoeverStartsTheRun) {
  LoopThread owner;
  TypeParam kit(&owner.loop());
  ASSERT_TRUE(kit.executor().start().has_value());
  std::atomic<int> elsewhere{0};
  auto ended = std::make_shared<std::promise<void>>();
  std::jthread starter([&] {
    static_cast<void>(kit.executor().start_run(kit.script("echo x"), [&](const EventPtr& event) {
      if (std::this_thread::get_id() != owner.id()) ++elsewhere;
      if (type_name(event->body) == "finished") ended->set_value();
    }));
  });
  ended->get_future().wait();
  EXPECT_EQ(elsewhere, 0);
  this->expect_clean(kit.executor().stop());
}

TYPED_TEST_P(ExecutorThreadConformance, R51_CancelFromAnotherThreadDoesNotPoisonTheStop) {
  TypeParam kit;
  ASSERT_TRUE(kit.executor().start().has_value());
  async::CancelSource source;
  std::jthread canceller([&source] { source.cancel(Cause::kStop); });
  const auto result = kit.executor().execute(kit.script("sleep 60"), source.token());
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->outcome.cause, Cause::kStop);
  this->expect_clean(kit.executor().stop());
}

TYPED_TEST_P(ExecutorThreadConformance, R55_MadeHereRunAndCancelledOnAnotherLoopStoppedOnAThird) {
  LoopThread owner;
  LoopThread user;
  TypeParam kit(&owner.loop());
  ASSERT_TRUE(kit.executor().start().has_value());
  const std::string marker = new_marker();
  const Awaited ready("ready");
  std::promise<RunHandle> started;
  boost::asio::post(user.loop(), [&] {
    started.set_value(kit.executor().start_run(this->with_effect(marker), ready.sink()).value());
  });
  const RunHandle handle = started.get_future().get();
  ASSERT_TRUE(ready.wait());
  boost::asio::post(user.loop(), [&] { handle.stop(); });
  EXPECT_EQ(handle.wait().cause, Cause::kStop);
  user.stop();  // and the loop that cancelled is gone by now
  std::vector<base::Error> errors;
  std::thread([&] { errors = kit.executor().stop(); }).join();
  this->expect_clean(errors);
  this->expect_no_effect(handle, marker);
}

TYPED_TEST_P(ExecutorThreadConformance, R52_StopAfterTheOwnerLoopHasEnded) {
  LoopThread owner;
  TypeParam kit(&owner.loop());
  ASSERT_TRUE(kit.executor().start().has_value());
  const std::string marker = new_marker();
  const Awaited ready("ready");
  const auto handle = kit.executor().start_run(this->with_effect(marker), ready.sink());
  ASSERT_TRUE(handle.has_value() && ready.wait());
  owner.stop();
  this->expect_clean(kit.executor().stop());
  EXPECT_EQ(handle->run()->snapshot().cause, Cause::kShutdown);
  this->expect_no_effect(*handle, marker);
}

TYPED_TEST_P(ExecutorThreadConformance, R53_StopEndsWhatIsBeingExecutedAndCancelled) {
  TypeParam kit;
  ASSERT_TRUE(kit.executor().start().has_value());
  const std::string marker = new_marker();
  async::CancelSource source;
  std::vector<std::future<Cause>> causes;
  for (int i = 0; i < 6; ++i) {
    causes.push_back(std::async(std::launch::async, [&, i] {
      const auto token = i % 2 == 0 ? source.token() : async::CancelToken();
      auto result = kit.executor().execute(kit.script("echo ready; sleep 60", marker), token);
      return result ? result->outcome.cause : Cause::kNone;  // kNone: it came after the stop
    }));
  }
  const Awaited ready("ready");
  static_cast<void>(kit.executor().start_run(kit.script("echo ready; sleep 60"), ready.sink()));
  ASSERT_TRUE(ready.wait());
  std::jthread canceller([&source] { source.cancel(Cause::kStop); });
  this->expect_clean(kit.executor().stop());
  EXPECT_FALSE(is_running(marker)) << "alive after stop()";
  for (auto& cause : causes) {
    const Cause seen = cause.get();
    EXPECT_TRUE(seen == Cause::kStop || seen == Cause::kShutdown || seen == Cause::kSetupError ||
                seen == Cause::kNone)
        << async::to_string(seen);
  }
}

TYPED_TEST_P(ExecutorThreadConformance, R52_StopTwiceAndFromSeveralThreadsAtOnce) {
  TypeParam kit;
  this->expect_clean(kit.executor().stop());  // never started
  ASSERT_TRUE(kit.executor().start().has_value());
  const auto handle = kit.executor().start_run(kit.script("sleep 60"), nullptr);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        this->expect_clean(kit.executor().stop());
        EXPECT_TRUE(handle->run()->finished()) << "a stop() came back before all was over";
      });
    }
  }
  this->expect_clean(kit.executor().stop());
}

TYPED_TEST_P(ExecutorThreadConformance, R54_ADestructorWithoutAStopLeavesNothing) {
  TypeParam kit;
  ASSERT_TRUE(kit.executor().start().has_value());
  const std::string marker = new_marker();
  const Awaited ready("ready");
  const auto handle = kit.executor().start_run(this->with_effect(marker), ready.sink());
  ASSERT_TRUE(handle.has_value() && ready.wait());
  kit.destroy();
  EXPECT_EQ(handle->run()->snapshot().cause, Cause::kShutdown);
  this->expect_no_effect(*handle, marker);
}

TYPED_TEST_P(ExecutorThreadConformance, UseBeforeStartAndAfterStopIsAClearErrorAndRestartServes) {
  TypeParam kit;
  const auto refused = [&kit] {
    const auto handle = kit.executor().start_run(kit.script("true"), nullptr);
    return !handle && handle.error().message().find("not started") != std::string::npos;
  };
  EXPECT_TRUE(refused());
  ASSERT_TRUE(kit.executor().start().has_value());
  const auto handle = kit.executor().start_run(kit.script("sleep 60"), nullptr);
  ASSERT_TRUE(handle.has_value());
  ASSERT_TRUE(kit.executor().restart().has_value());
  EXPECT_EQ(handle->wait().cause, Cause::kShutdown);
  EXPECT_EQ(this->execute(kit.executor(), kit.script("true")).outcome.status, Status::kSucceeded);
  this->expect_clean(kit.executor().stop());
  EXPECT_TRUE(refused());
}

TYPED_TEST_P(ExecutorThreadConformance, R25_ACleanUpThatFailsIsReportedAndTheRestIsDone) {
  TypeParam kit;
  ASSERT_TRUE(kit.executor().start().has_value());
  const std::string marker = new_marker();
  const Awaited ready("ready");
  const auto handle = kit.executor().start_run(this->with_effect(marker), ready.sink());
  ASSERT_TRUE(handle.has_value() && ready.wait());
  kit.break_cleanup();
  const auto errors = kit.executor().stop();
  ASSERT_FALSE(errors.empty());
  EXPECT_NE(errors[0].message(), "");
  EXPECT_TRUE(handle->run()->finished());
  this->expect_no_effect(*handle, marker);
  EXPECT_TRUE(kit.executor().stop().empty());  // said once
  // What was left is found by the next one, and cleared up.
  ASSERT_TRUE(kit.executor().start().has_value());
  this->expect_clean(kit.executor().stop());
}

TYPED_TEST_P(ExecutorThreadConformance, R68_StopsThatRaceTheExitTellTheTruth) {
  int stopped = 0;
  for (int i = 0; i < 30; ++i) {
    const auto handle =
        this->executor().start_run(this->kit().script("read -r line; exit 0"), nullptr);
    ASSERT_TRUE(handle.has_value());
    handle->close_stdin();
    bool first = false;
    std::thread stopper([&] { first = handle->stop(); });
    const RunSnapshot outcome = handle->wait();
    stopper.join();
    EXPECT_EQ(outcome.cause, first ? Cause::kStop : Cause::kExit);
    EXPECT_EQ(outcome.stop.has_value(), first);
    stopped += first ? 1 : 0;
  }
  EXPECT_GT(stopped, 0);
}

TYPED_TEST_P(ExecutorThreadConformance, R14_ManyRunsAtOnceStoppedWhileTheyStart) {
  std::vector<RunHandle> handles;
  for (int i = 0; i < 40; ++i) {
    handles.push_back(this->executor().start_run(this->kit().script("sleep 60"), nullptr).value());
  }
  std::vector<std::jthread> threads;
  for (const RunHandle& handle : handles) threads.emplace_back([&handle] { handle.stop(); });
  for (const RunHandle& handle : handles) {
    const RunSnapshot outcome = handle.wait();
    EXPECT_EQ(outcome.cause, Cause::kStop);
    EXPECT_TRUE(outcome.stop->empty);
  }
}

REGISTER_TYPED_TEST_SUITE_P(
    ExecutorThreadConformance, R50_CallbacksComeOnTheOwnerLoopWhoeverStartsTheRun,
    R51_CancelFromAnotherThreadDoesNotPoisonTheStop,
    R55_MadeHereRunAndCancelledOnAnotherLoopStoppedOnAThird, R52_StopAfterTheOwnerLoopHasEnded,
    R53_StopEndsWhatIsBeingExecutedAndCancelled, R52_StopTwiceAndFromSeveralThreadsAtOnce,
    R54_ADestructorWithoutAStopLeavesNothing,
    UseBeforeStartAndAfterStopIsAClearErrorAndRestartServes,
    R25_ACleanUpThatFailsIsReportedAndTheRestIsDone, R68_StopsThatRaceTheExitTellTheTruth,
    R14_ManyRunsAtOnceStoppedWhileTheyStart);

}  // namespace leash::run::testing
