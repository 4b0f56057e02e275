#include "service/service_test.h"

namespace leash::service {
namespace {

using base::Micros;
using base::Millis;
using run::Cause;
using run::State;

class StopTest : public ServiceTest {
 protected:
  void stop(const RecordPtr& record, Millis grace = Millis(0)) {
    service_->stop(record, grace, [this](StopAnswer answer) { answers_.push_back(answer); });
  }
  std::vector<StopAnswer> answers_;
};

TEST_F(StopTest, AnswerComesWhenTheSetIsEmpty) {
  const RecordPtr record = start();
  FakeExecutor::begin(record->run);
  stop(record);
  settle();
  EXPECT_TRUE(answers_.empty());
  clock_.advance(Millis(2));
  executor_.kill(record->run, 3);
  EXPECT_TRUE(answers_.empty());
  settle();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(answers_[0].stopped);
  EXPECT_TRUE(answers_[0].is_empty);
  EXPECT_EQ(answers_[0].processes_killed, 3U);
  EXPECT_EQ(answers_[0].empty, Micros(2'000));
  EXPECT_EQ(answers_[0].snapshot.state, State::kFinished);
}

TEST_F(StopTest, EveryStopBeforeTheEndIsTrueAndEveryLaterOneIsNot) {
  const RecordPtr record = start();
  FakeExecutor::begin(record->run);
  stop(record);
  stop(record);
  executor_.kill(record->run);
  stop(record);
  settle();
  stop(record);
  settle();
  ASSERT_EQ(answers_.size(), 4U);
  int stopped = 0;
  for (const StopAnswer& answer : answers_) {
    EXPECT_TRUE(answer.is_empty);
    stopped += answer.stopped ? 1 : 0;
  }
  EXPECT_EQ(stopped, 2);
}

TEST_F(StopTest, QueuedRunIsStoppedAtOnceAndNeverExecuted) {
  make({.max_running = 1});
  start();
  const RecordPtr record = start();
  stop(record);
  EXPECT_TRUE(record->run->finished());
  settle();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_TRUE(answers_[0].stopped);
  EXPECT_EQ(answers_[0].processes_killed, 0U);
  EXPECT_EQ(answers_[0].empty, Micros(0));
  EXPECT_EQ(executor_.launched_.size(), 1U);
}

TEST_F(StopTest, R72_RunThatDoesNotEmptyIsReportedAsStoppingAndKeepsItsPlace) {
  make({.max_running = 1, .stop_confirm = Millis(5)});
  const RecordPtr record = start();
  const RecordPtr next = start();
  FakeExecutor::begin(record->run);
  stop(record);
  record->run->update_stop({.remaining = 7});
  run_until([&] { return !answers_.empty(); });
  EXPECT_FALSE(answers_[0].stopped);
  EXPECT_FALSE(answers_[0].is_empty);
  EXPECT_EQ(answers_[0].remaining, 7U);
  EXPECT_EQ(answers_[0].snapshot.state, State::kStopping);
  EXPECT_EQ(service_->figures().running, 1U);
  EXPECT_EQ(service_->figures().queued, 1U);
  EXPECT_EQ(executor_.launched_.back(), record->run);
  executor_.kill(record->run);
  settle();
  EXPECT_EQ(answers_.size(), 1U);
  EXPECT_EQ(executor_.launched_.back(), next->run);
}

TEST_F(StopTest, ProgramThatExitedFirstWasNotStopped) {
  const RecordPtr record = start();
  FakeExecutor::begin(record->run);
  record->run->cancel(Cause::kExit);
  stop(record);
  record->run->finish({.exit = run::ProgramExit{.code = 0}});
  settle();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_FALSE(answers_[0].stopped);
  EXPECT_TRUE(answers_[0].is_empty);
  EXPECT_EQ(answers_[0].snapshot.cause, Cause::kExit);
}

TEST_F(StopTest, GraceIsHandedOn) {
  const RecordPtr record = start();
  stop(record, Millis(250));
  EXPECT_EQ(record->run->grace(), Millis(250));
}

TEST_F(StopTest, StopMayBeAskedForWhileAnotherIsAnswered) {
  const RecordPtr record = start();
  FakeExecutor::begin(record->run);
  service_->stop(record, Millis(0), [&](const StopAnswer&) { stop(record); });
  executor_.kill(record->run);
  settle();
  EXPECT_EQ(answers_.size(), 1U);
}

}  // namespace
}  // namespace leash::service
