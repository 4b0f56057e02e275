#include "service/stop_answer.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

using base::Micros;
using base::Millis;
using run::Cause;
using run::State;

base::TimePoint at(int ms) {
  return base::TimePoint(Millis(ms));
}

run::RunSnapshot stopped_run() {
  return {.state = State::kFinished,
          .cause = Cause::kStop,
          .stop = run::StopProof{.cause = Cause::kStop,
                                 .requested = at(10),
                                 .signaled = at(11),
                                 .emptied = at(13),
                                 .processes_killed = 4,
                                 .empty = true}};
}

TEST(StopAnswerTest, TimesCountFromTheReceipt) {
  const StopAnswer answer = make_stop_answer(stopped_run(), true, at(10));
  EXPECT_TRUE(answer.stopped);
  EXPECT_TRUE(answer.is_empty);
  EXPECT_EQ(answer.signal, Micros(1'000));
  EXPECT_EQ(answer.empty, Micros(3'000));
  EXPECT_EQ(answer.processes_killed, 4U);
}

TEST(StopAnswerTest, WhatWasBeforeTheReceiptIsAtZero) {
  const StopAnswer answer = make_stop_answer(stopped_run(), true, at(12));
  EXPECT_EQ(answer.signal, Micros(0));
  EXPECT_EQ(answer.empty, Micros(1'000));
  EXPECT_TRUE(answer.stopped);
}

TEST(StopAnswerTest, StoppedOnlyIfUnfinishedThenAndEndedByAStop) {
  EXPECT_FALSE(make_stop_answer(stopped_run(), false, at(10)).stopped);
  run::RunSnapshot other = stopped_run();
  other.cause = Cause::kWallLimit;
  EXPECT_FALSE(make_stop_answer(other, true, at(10)).stopped);
  const StopAnswer exited =
      make_stop_answer({.state = State::kFinished, .cause = Cause::kExit}, true, at(10));
  EXPECT_FALSE(exited.stopped);
  EXPECT_TRUE(exited.is_empty);
  EXPECT_EQ(exited.empty, Micros(0));
}

TEST(StopAnswerTest, NotEmptyYetIsNotStopped) {
  run::RunSnapshot snapshot = stopped_run();
  snapshot.state = State::kStopping;
  snapshot.stop->remaining = 2;
  snapshot.stop->empty = false;
  const StopAnswer answer = make_stop_answer(snapshot, true, at(10));
  EXPECT_FALSE(answer.stopped);
  EXPECT_FALSE(answer.is_empty);
  EXPECT_EQ(answer.remaining, 2U);
  EXPECT_EQ(answer.signal, Micros(1'000));
  EXPECT_EQ(answer.empty, Micros(0));
}

TEST(StopAnswerTest, GraceLeft) {
  EXPECT_EQ(grace_left(stopped_run(), Millis(50), at(20)), Millis(40));
  EXPECT_EQ(grace_left(stopped_run(), Millis(5), at(20)), Millis(0));
  EXPECT_EQ(grace_left({}, Millis(50), at(20)), Millis(0));
}

}  // namespace
}  // namespace leash::service
