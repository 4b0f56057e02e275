#include "run/outcome.h"

#include <gtest/gtest.h>

#include <csignal>

namespace leash::run {
namespace {

TEST(OutcomeTest, OwnEndIsJudgedByTheExit) {
  EXPECT_EQ(status_of(Cause::kExit, ProgramExit{.code = 0}), Status::kSucceeded);
  EXPECT_EQ(status_of(Cause::kExit, ProgramExit{.code = 3}), Status::kFailed);
  EXPECT_EQ(status_of(Cause::kExit, ProgramExit{.signaled = true, .code = SIGSEGV}),
            Status::kSignaled);
}

TEST(OutcomeTest, EveryOtherCauseDecidesAloneWhateverTheExitSays) {
  const ProgramExit zero{.code = 0};
  EXPECT_EQ(status_of(Cause::kStop, zero), Status::kCancelled);
  EXPECT_EQ(status_of(Cause::kClientDisconnected, zero), Status::kCancelled);
  EXPECT_EQ(status_of(Cause::kReplaced, std::nullopt), Status::kCancelled);
  EXPECT_EQ(status_of(Cause::kSlowClient, zero), Status::kCancelled);
  EXPECT_EQ(status_of(Cause::kExpired, zero), Status::kCancelled);
  EXPECT_EQ(status_of(Cause::kShutdown, zero), Status::kCancelled);
  EXPECT_EQ(status_of(Cause::kWallLimit, zero), Status::kTimedOut);
  EXPECT_EQ(status_of(Cause::kCpuLimit, zero), Status::kTimedOut);
  EXPECT_EQ(status_of(Cause::kIdleLimit, zero), Status::kTimedOut);
  EXPECT_EQ(status_of(Cause::kQueueLimit, std::nullopt), Status::kTimedOut);
  EXPECT_EQ(status_of(Cause::kMemoryLimit, zero), Status::kLimitExceeded);
  EXPECT_EQ(status_of(Cause::kOutputLimit, zero), Status::kLimitExceeded);
  EXPECT_EQ(status_of(Cause::kSetupError, std::nullopt), Status::kSetupError);
  EXPECT_EQ(status_of(Cause::kCompileError, zero), Status::kCompileFailed);
  EXPECT_EQ(status_of(Cause::kServerLost, std::nullopt), Status::kServerLost);
  EXPECT_EQ(status_of(Cause::kNone, zero), Status::kNone);
}

TEST(OutcomeTest, NamesAreThoseOfTheContract) {
  EXPECT_EQ(to_string(State::kStopping), "stopping");
  EXPECT_EQ(to_string(Status::kLimitExceeded), "limit_exceeded");
  EXPECT_EQ(to_string(Phase::kCompile), "compile");
}

TEST(OutcomeTest, SignalsHaveNames) {
  EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
  EXPECT_EQ(signal_name(SIGRTMIN + 3), "SIGRTMIN+3");
  EXPECT_EQ(signal_name(4000), "SIG4000");
}

}  // namespace
}  // namespace leash::run
