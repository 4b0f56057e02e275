#include "service/admission_queue.h"

#include <thread>

#include "service/fake_executor.h"
#include "service/loop_test.h"

namespace leash::service {
namespace {

using base::Millis;
using run::Cause;
using run::RunPtr;
using run::State;

class AdmissionQueueTest : public LoopTest {
 protected:
  void make_queue(AdmissionQueue::Bounds bounds) {
    queue_ = std::make_unique<AdmissionQueue>(bounds, loop_, clock_,
                                              [this](const RunPtr& run) { executor_.launch(run); });
  }
  bool has_room(const run::Run* replaced = nullptr) const {
    return queue_->room_for({}, replaced) == AdmissionQueue::Room::kYes;
  }
  RunPtr admit(const Tenant& tenant = {}) {
    RunPtr run = make_run();
    run->on_finished([this, key = run.get()] {
      boost::asio::post(loop_, [this, key] { queue_->ended(*key); });
    });
    queue_->admit(run, tenant);
    runs_.push_back(run);
    return run;
  }
  static std::uint64_t position(const RunPtr& run) {
    const auto reader = run->log()->read_after(0, run::EventLog::Pace::kIndependent, nullptr);
    return std::get<run::QueuedEvent>(reader->next()->body).position;
  }
  std::string counts() const {
    return std::to_string(queue_->running()) + "+" + std::to_string(queue_->queued());
  }

  std::vector<RunPtr> runs_;
  FakeExecutor executor_{loop_, clock_};
  std::unique_ptr<AdmissionQueue> queue_;
};

TEST_F(AdmissionQueueTest, FirstInFirstOut) {
  make_queue({.max_running = 2, .max_queued = 10});
  for (int i = 0; i < 5; ++i) admit();
  EXPECT_EQ(counts(), "2+3");
  EXPECT_EQ(executor_.launched_, (std::vector<RunPtr>{runs_[0], runs_[1]}));
  FakeExecutor::end(runs_[1]);
  settle();
  FakeExecutor::end(runs_[0]);
  settle();
  EXPECT_EQ(executor_.launched_, (std::vector<RunPtr>{runs_[0], runs_[1], runs_[2], runs_[3]}));
  EXPECT_EQ(counts(), "2+1");
}

TEST_F(AdmissionQueueTest, PositionIsThePlaceInTheLine) {
  make_queue({.max_running = 1, .max_queued = 10});
  for (int i = 0; i < 3; ++i) admit();
  EXPECT_EQ(position(runs_[0]), 0U);
  EXPECT_EQ(position(runs_[1]), 1U);
  EXPECT_EQ(position(runs_[2]), 2U);
}

TEST_F(AdmissionQueueTest, RoomEndsAtTheBound) {
  make_queue({.max_running = 1, .max_queued = 1});
  EXPECT_TRUE(has_room());
  admit();
  EXPECT_TRUE(has_room());
  admit();
  EXPECT_FALSE(has_room());
  FakeExecutor::end(runs_[0]);
  settle();
  EXPECT_TRUE(has_room());
}

TEST_F(AdmissionQueueTest, R22_TenantAtItsCapWaitsAndLetsOthersPass) {
  make_queue({.max_running = 2, .max_queued = 10});
  const Tenant capped{.name = "capped", .max_running = 1};
  const Tenant other{.name = "other"};
  for (int i = 0; i < 3; ++i) admit(capped);
  EXPECT_EQ(counts(), "1+2");
  const RunPtr passes = admit(other);
  EXPECT_EQ(executor_.launched_, (std::vector<RunPtr>{runs_[0], passes}));
  EXPECT_EQ(position(passes), 0U);
  const RunPtr second = admit(other);
  FakeExecutor::end(passes);
  settle();
  EXPECT_EQ(executor_.launched_.back(), second);
  FakeExecutor::end(runs_[0]);
  settle();
  EXPECT_EQ(executor_.launched_.back(), runs_[1]);
  EXPECT_EQ(counts(), "2+1");
  // A place is free, but it is not for this tenant.
  FakeExecutor::end(second);
  settle();
  EXPECT_EQ(counts(), "1+1");
}

TEST_F(AdmissionQueueTest, R22_TenantsLineIsBoundedApartFromTheServers) {
  make_queue({.max_running = 1, .max_queued = 3});
  using Room = AdmissionQueue::Room;
  const Tenant capped{.name = "capped", .max_queued = 1};
  admit();
  EXPECT_EQ(queue_->room_for(capped), Room::kYes);
  const RunPtr waits = admit(capped);
  EXPECT_EQ(queue_->room_for(capped), Room::kTenantFull);
  EXPECT_EQ(queue_->room_for(capped, waits.get()), Room::kYes);
  EXPECT_EQ(queue_->room_for({}), Room::kYes);
  admit();
  admit();
  EXPECT_EQ(queue_->room_for({}), Room::kFull);
  waits->cancel(Cause::kStop);
  settle();
  EXPECT_EQ(queue_->room_for(capped), Room::kYes);
}

TEST_F(AdmissionQueueTest, ReplacementTakesTheRoomOfItsPredecessor) {
  make_queue({.max_running = 1, .max_queued = 0});
  admit();
  EXPECT_FALSE(has_room());
  EXPECT_TRUE(has_room(runs_[0].get()));
  FakeExecutor::end(runs_[0]);
  const RunPtr stranger = make_run();
  EXPECT_FALSE(has_room(stranger.get()));
}

TEST_F(AdmissionQueueTest, CancelledWhileWaitingIsFinishedAndWasNeverLaunched) {
  make_queue({.max_running = 1, .max_queued = 10});
  for (int i = 0; i < 3; ++i) admit();
  clock_.advance(Millis(7));
  runs_[1]->cancel(Cause::kStop);
  EXPECT_EQ(runs_[1]->state(), State::kStopping);
  settle();
  const run::RunSnapshot snapshot = runs_[1]->snapshot();
  EXPECT_EQ(snapshot.state, State::kFinished);
  EXPECT_EQ(snapshot.status, run::Status::kCancelled);
  EXPECT_EQ(snapshot.phase, run::Phase::kQueue);
  ASSERT_TRUE(snapshot.stop);
  EXPECT_TRUE(snapshot.stop->empty);
  EXPECT_EQ(snapshot.stop->processes_killed, 0U);
  EXPECT_EQ(executor_.launched_.size(), 1U);
  EXPECT_EQ(counts(), "1+1");
}

TEST_F(AdmissionQueueTest, CancelFromAnotherThread) {
  make_queue({.max_running = 1, .max_queued = 10});
  admit();
  admit();
  std::thread([&] { runs_[1]->cancel(Cause::kStop); }).join();
  settle();
  EXPECT_TRUE(runs_[1]->finished());
}

TEST_F(AdmissionQueueTest, CancelledJustBeforeItsTurnIsNotLaunched) {
  make_queue({.max_running = 1, .max_queued = 10});
  for (int i = 0; i < 3; ++i) admit();
  FakeExecutor::end(runs_[0]);
  runs_[1]->cancel(Cause::kStop);
  queue_->ended(*runs_[0]);
  EXPECT_TRUE(runs_[1]->finished());
  EXPECT_EQ(executor_.launched_, (std::vector<RunPtr>{runs_[0], runs_[2]}));
  settle();
}

TEST_F(AdmissionQueueTest, DropIsForCancelledOnesOnly) {
  make_queue({.max_running = 1, .max_queued = 10});
  admit();
  admit();
  queue_->drop_cancelled(*runs_[1]);
  EXPECT_EQ(counts(), "1+1");
  runs_[1]->cancel(Cause::kStop);
  queue_->drop_cancelled(*runs_[1]);
  EXPECT_TRUE(runs_[1]->finished());
  EXPECT_EQ(counts(), "1+0");
  settle();
}

TEST_F(AdmissionQueueTest, WhoWaitsTooLongEndsWithQueueLimit) {
  make_queue({.max_running = 1, .max_queued = 10, .queue_wait = Millis(10)});
  admit();
  admit();
  clock_.advance(Millis(5));
  admit();
  clock_.advance(Millis(5));
  run_until([&] { return runs_[1]->finished(); });
  EXPECT_EQ(runs_[1]->snapshot().cause, Cause::kQueueLimit);
  EXPECT_EQ(runs_[1]->snapshot().status, run::Status::kTimedOut);
  EXPECT_EQ(runs_[2]->state(), State::kQueued);
  clock_.advance(Millis(5));
  run_until([&] { return runs_[2]->finished(); });
  EXPECT_EQ(counts(), "1+0");
  EXPECT_FALSE(runs_[0]->finished());
}

TEST_F(AdmissionQueueTest, RunThatCannotBeKilledKeepsItsPlace) {
  make_queue({.max_running = 1, .max_queued = 10});
  admit();
  admit();
  FakeExecutor::begin(runs_[0]);
  runs_[0]->cancel(Cause::kStop);
  settle();
  EXPECT_EQ(counts(), "1+1");
  executor_.kill(runs_[0]);
  settle();
  EXPECT_EQ(counts(), "1+0");
  EXPECT_EQ(executor_.launched_.back(), runs_[1]);
}

TEST_F(AdmissionQueueTest, LaunchMayFinishTheRunAtOnce) {
  make_queue({.max_running = 1, .max_queued = 10});
  executor_.on_launch_ = [](const RunPtr& run) {
    run->cancel(Cause::kSetupError);
    run->finish({.setup_error = "no"});
  };
  for (int i = 0; i < 3; ++i) admit();
  settle();
  for (const RunPtr& run : runs_) EXPECT_TRUE(run->finished());
  EXPECT_EQ(executor_.launched_, runs_);
  EXPECT_EQ(counts(), "0+0");
}

TEST_F(AdmissionQueueTest, CancelAllStartsNobody) {
  make_queue({.max_running = 1, .max_queued = 10});
  executor_.on_launch_ = [this](const RunPtr& run) {
    run->on_finished([this] { EXPECT_EQ(queue_->queued(), 0U); });
  };
  for (int i = 0; i < 3; ++i) admit();
  FakeExecutor::begin(runs_[0]);
  queue_->cancel_all(Cause::kShutdown);
  executor_.kill(runs_[0]);
  settle();
  EXPECT_EQ(executor_.launched_.size(), 1U);
  for (const RunPtr& run : runs_) {
    EXPECT_TRUE(run->finished());
    EXPECT_EQ(run->snapshot().cause, Cause::kShutdown);
  }
}

TEST_F(AdmissionQueueTest, DestructorEndsWhatWaits) {
  make_queue({.max_running = 1, .max_queued = 10});
  admit();
  admit();
  runs_[0]->on_finished([] {});
  queue_.reset();
  EXPECT_TRUE(runs_[1]->finished());
  EXPECT_EQ(runs_[1]->snapshot().cause, Cause::kShutdown);
  EXPECT_FALSE(runs_[0]->finished());
  loop_.restart();  // what was posted meanwhile is dropped with the loop
}

TEST_F(AdmissionQueueTest, RetryAfterIsBetweenOneAndThirtySeconds) {
  make_queue({.max_running = 1, .max_queued = 10, .queue_wait = Millis(600'000)});
  EXPECT_EQ(queue_->retry_after(), Millis(1'000));
  admit();
  admit();
  EXPECT_EQ(queue_->retry_after(), Millis(30'000));
  clock_.advance(Millis(590'000));
  EXPECT_EQ(queue_->retry_after(), Millis(10'000));
}

}  // namespace
}  // namespace leash::service
