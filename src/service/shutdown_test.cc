#include "service/shutdown.h"

#include "service/loop_test.h"

namespace leash::service {
namespace {

using base::Millis;

class ShutdownTest : public LoopTest {
 protected:
  void make(Millis drain) {
    shutdown_ = std::make_unique<Shutdown>(
        drain, loop_,
        Shutdown::Hooks{.live = [this] { return live_; }, .end_all = [this] { ++ended_; }});
  }

  std::size_t live_ = 0;
  int ended_ = 0;
  int done_ = 0;
  std::unique_ptr<Shutdown> shutdown_;
};

TEST_F(ShutdownTest, WithNothingLiveItIsDoneAtOnceButNotFromInside) {
  make(Millis(600'000));
  EXPECT_FALSE(shutdown_->draining());
  shutdown_->begin([&] { ++done_; });
  EXPECT_TRUE(shutdown_->draining());
  EXPECT_EQ(done_, 0);
  settle();
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(ended_, 0);
}

TEST_F(ShutdownTest, RunsThatEndInTimeAreNotEnded) {
  make(Millis(600'000));
  live_ = 2;
  shutdown_->begin([&] { ++done_; });
  live_ = 1;
  shutdown_->check();
  settle();
  EXPECT_EQ(done_, 0);
  live_ = 0;
  shutdown_->check();
  settle();
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(ended_, 0);
}

TEST_F(ShutdownTest, AfterTheDrainTheRestIsEnded) {
  make(Millis(5));
  live_ = 1;
  shutdown_->begin([&] { ++done_; });
  run_until([&] { return ended_ == 1; });
  EXPECT_EQ(done_, 0);
  live_ = 0;
  shutdown_->check();
  run_until([&] { return done_ == 1; });
}

TEST_F(ShutdownTest, SecondCallEndsTheRestAtOnceAndBothAreTold) {
  make(Millis(600'000));
  live_ = 1;
  shutdown_->begin([&] { ++done_; });
  shutdown_->begin([&] { ++done_; });
  EXPECT_EQ(ended_, 1);
  live_ = 0;
  shutdown_->check();
  settle();
  EXPECT_EQ(done_, 2);
  shutdown_->check();
  settle();
  EXPECT_EQ(done_, 2);
}

TEST_F(ShutdownTest, LateCallIsAnsweredToo) {
  make(Millis(600'000));
  shutdown_->begin(nullptr);
  shutdown_->begin([&] { ++done_; });
  settle();
  EXPECT_EQ(done_, 1);
}

}  // namespace
}  // namespace leash::service
