#include "run/life.h"

#include <gtest/gtest.h>

namespace leash::run {
namespace {

using S = State;

TEST(LifeTest, TheTableIsTheWholeStateMachine) {
  for (const S from : {S::kQueued, S::kStarting, S::kRunning, S::kStopping, S::kFinished}) {
    EXPECT_FALSE(is_legal_step(from, from));
    EXPECT_FALSE(is_legal_step(from, S::kQueued));
    EXPECT_EQ(is_legal_step(from, S::kFinished), from == S::kStopping);
    EXPECT_EQ(is_legal_step(from, S::kStopping), from < S::kStopping);
  }
  EXPECT_TRUE(is_legal_step(S::kQueued, S::kStarting));
  EXPECT_FALSE(is_legal_step(S::kQueued, S::kRunning));
}

TEST(LifeTest, CompileThenRunIsOneRunningState) {
  Life life;
  ASSERT_TRUE(life.start());
  EXPECT_TRUE(life.execute(Phase::kCompile));
  EXPECT_EQ(life.state(), S::kRunning);
  EXPECT_FALSE(life.execute(Phase::kRun));
  EXPECT_EQ(life.state(), S::kRunning);
  EXPECT_EQ(life.phase(), Phase::kRun);
}

TEST(LifeTest, R68_TheFirstCauseIsKeptForGood) {
  Life life;
  EXPECT_TRUE(life.end(Cause::kReplaced));
  EXPECT_FALSE(life.end(Cause::kStop));
  EXPECT_FALSE(life.start());
  life.finish();
  EXPECT_FALSE(life.end(Cause::kShutdown));
  EXPECT_EQ(life.cause(), Cause::kReplaced);
  EXPECT_EQ(life.state(), S::kFinished);
}

TEST(LifeTest, AProgramThatBeginsInItsGraceIsStillBeingStopped) {
  Life life;
  ASSERT_TRUE(life.start());
  life.end(Cause::kStop);
  EXPECT_TRUE(life.execute(Phase::kRun));
  EXPECT_EQ(life.state(), S::kStopping);
  EXPECT_EQ(life.phase(), Phase::kRun);
}

}  // namespace
}  // namespace leash::run
