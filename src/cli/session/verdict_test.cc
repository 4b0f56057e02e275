#include "cli/session/verdict.h"

#include <gtest/gtest.h>

#include <csignal>

namespace leash::cli {
namespace {

using run::Cause;
using run::ProgramExit;
using run::Status;

run::RunSnapshot ended(Status status, Cause cause, std::optional<ProgramExit> exit = {}) {
  run::RunSnapshot end;
  end.status = status;
  end.cause = cause;
  end.exit = exit;
  end.phase = run::Phase::kRun;
  end.timing.run = base::Micros(1'234'000);
  return end;
}

TEST(ExitCode, FollowsFromHowTheRunEnded) {
  const ProgramExit three{.signaled = false, .code = 3};
  const ProgramExit segv{.signaled = true, .code = SIGSEGV};
  const struct {
    run::RunSnapshot end;
    int interrupted_by;
    int wanted;
  } kCases[] = {
      {ended(Status::kSucceeded, Cause::kExit, ProgramExit{}), 0, 0},
      {ended(Status::kFailed, Cause::kExit, three), 0, 3},
      {ended(Status::kSignaled, Cause::kExit, segv), 0, 139},
      {ended(Status::kCompileFailed, Cause::kCompileError), 0, 1},
      {ended(Status::kTimedOut, Cause::kWallLimit), 0, 124},
      {ended(Status::kTimedOut, Cause::kCpuLimit), 0, 124},
      {ended(Status::kLimitExceeded, Cause::kMemoryLimit), 0, 125},
      {ended(Status::kSetupError, Cause::kSetupError), 0, 125},
      {ended(Status::kServerLost, Cause::kServerLost), 0, 125},
      {ended(Status::kCancelled, Cause::kStop), SIGINT, 130},
      {ended(Status::kCancelled, Cause::kStop), SIGTERM, 143},
      {ended(Status::kCancelled, Cause::kStop), 0, 130},
      {ended(Status::kFailed, Cause::kExit, three), SIGINT, 3},
  };
  for (const auto& [end, interrupted_by, wanted] : kCases) {
    EXPECT_EQ(exit_code_of(end, interrupted_by), wanted)
        << run::to_string(end.status) << " " << interrupted_by;
  }
}

TEST(DescribeEnd, SaysNothingOfASuccess) {
  EXPECT_EQ(describe_end(ended(Status::kSucceeded, Cause::kExit, ProgramExit{})), "");
}

TEST(DescribeEnd, SaysHowTheProgramEnded) {
  EXPECT_EQ(describe_end(ended(Status::kFailed, Cause::kExit, ProgramExit{.code = 3})),
            "exit code 3 after 1.2 s");
  EXPECT_EQ(describe_end(ended(Status::kSignaled, Cause::kExit,
                               ProgramExit{.signaled = true, .code = SIGSEGV})),
            "ended by SIGSEGV after 1.2 s");
}

TEST(DescribeEnd, ShowsTheProofOfAStop) {
  auto end = ended(Status::kCancelled, Cause::kStop);
  end.stop.emplace();
  end.stop->emptied += base::Micros(800);
  end.stop->processes_killed = 3;
  end.stop->empty = true;
  EXPECT_EQ(describe_end(end), "stopped after 1.2 s: 3 processes killed, empty in 0.8 ms");
  end.cause = Cause::kWallLimit;
  end.status = Status::kTimedOut;
  end.stop->processes_killed = 1;
  EXPECT_EQ(describe_end(end), "time limit reached after 1.2 s: 1 process killed, empty in 0.8 ms");
  end.stop->empty = false;
  end.stop->remaining = 2;
  EXPECT_EQ(describe_end(end), "time limit reached after 1.2 s: 2 processes are still there");
}

TEST(DescribeEnd, SaysWhyNothingWasRun) {
  auto end = ended(Status::kSetupError, Cause::kSetupError);
  end.setup_error = "mount '/proc': Operation not permitted";
  EXPECT_EQ(describe_end(end), "not run: mount '/proc': Operation not permitted");
}

}  // namespace
}  // namespace leash::cli
