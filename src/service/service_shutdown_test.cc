#include "service/service_test.h"

namespace leash::service {
namespace {

using base::Millis;
using run::Cause;
using run::RunPtr;

TEST_F(ServiceTest, ShutdownRefusesDrainsAndThenEnds) {
  make({.max_running = 1, .drain = Millis(5)});
  const RecordPtr running = start();
  const RecordPtr queued = start();
  FakeExecutor::begin(running->run);
  int done = 0;
  service_->shut_down([&] { ++done; });
  EXPECT_TRUE(service_->draining());
  EXPECT_FALSE(service_->ready());
  EXPECT_EQ(refusal().code, ProblemCode::kUnavailable);
  EXPECT_EQ(cause(running), Cause::kNone);
  run_until([&] { return cause(running) == Cause::kShutdown; });
  EXPECT_TRUE(queued->run->finished());
  EXPECT_EQ(cause(queued), Cause::kShutdown);
  EXPECT_EQ(done, 0);
  executor_.kill(running->run);
  run_until([&] { return done == 1; });
}

TEST_F(ServiceTest, QueuedRunsMayStillRunWhileDraining) {
  make({.max_running = 1});
  const RecordPtr first = start();
  const RecordPtr second = start();
  int done = 0;
  service_->shut_down([&] { ++done; });
  FakeExecutor::end(first->run);
  settle();
  EXPECT_EQ(executor_.launched_.back(), second->run);
  FakeExecutor::end(second->run);
  settle();
  EXPECT_EQ(done, 1);
}

TEST_F(ServiceTest, SecondShutdownEndsAtOnce) {
  const RecordPtr record = start();
  FakeExecutor::begin(record->run);
  int done = 0;
  service_->shut_down([&] { ++done; });
  service_->shut_down([&] { ++done; });
  EXPECT_EQ(cause(record), Cause::kShutdown);
  executor_.kill(record->run);
  settle();
  EXPECT_EQ(done, 2);
}

TEST_F(ServiceTest, ShutdownDoesNotWaitForSelfTests) {
  executor_.answers_probes_ = false;
  make();
  int done = 0;
  service_->shut_down([&] { ++done; });
  ASSERT_EQ(executor_.launched_.size(), 2U);
  for (const RunPtr& run : executor_.launched_) {
    EXPECT_EQ(run->snapshot().cause, Cause::kShutdown);
    executor_.kill(run);
  }
  settle();
  EXPECT_EQ(done, 1);
}

TEST_F(ServiceTest, DestructionEndsEverythingAndCallsNobody) {
  make({.max_running = 1});
  const RecordPtr running = start();
  const RecordPtr queued = start();
  FakeExecutor::begin(running->run);
  service_->stop(running, Millis(0), [](const StopAnswer&) { FAIL(); });
  service_.reset();
  EXPECT_EQ(cause(running), Cause::kStop);
  EXPECT_TRUE(queued->run->finished());
  executor_.kill(running->run);
  settle();
}

}  // namespace
}  // namespace leash::service
