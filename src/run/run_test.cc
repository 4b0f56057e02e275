#include "run/run.h"

#include <gtest/gtest.h>

namespace leash::run {
namespace {

using base::Micros;
using base::Millis;

class RunTest : public ::testing::Test {
 protected:
  std::shared_ptr<run::Run> make_run() {
    return std::make_shared<run::Run>(RunSpec{.language = "python"}, run::Run::Options{.id = "r_1"},
                                      clock_);
  }
  static std::string events(run::Run& run) {
    std::string text;
    auto reader = run.log()->read_after(0, EventLog::Pace::kIndependent, nullptr);
    while (const EventPtr event = reader->next()) {
      if (!text.empty()) text += ' ';
      text += type_name(event->body);
    }
    return text;
  }
  base::ManualClock clock_;
};

TEST_F(RunTest, OrdinaryLife) {
  auto run = make_run();
  run->queued(2);
  clock_.advance(Millis(5));
  ASSERT_TRUE(run->starting());
  run->running("3.11.2");
  run->output(Stream::kStdout, "1\n", true);
  EXPECT_TRUE(run->cancel(Cause::kExit));
  clock_.advance(Millis(7));
  run->finish({.exit = ProgramExit{.code = 0}, .start = Micros(400), .run = Micros(1200)});
  const RunSnapshot snapshot = run->snapshot();
  EXPECT_EQ(snapshot.status, Status::kSucceeded);
  EXPECT_EQ(snapshot.cause, Cause::kExit);
  EXPECT_EQ(snapshot.version, "3.11.2");
  EXPECT_FALSE(snapshot.stop.has_value());
  EXPECT_EQ(snapshot.timing.queued, Micros(5000));
  EXPECT_EQ(snapshot.timing.total, Micros(12'000));
  EXPECT_EQ(events(*run), "queued started stdout finished");
}

TEST_F(RunTest, WhatIsSeenOfALiveRunIsAsOfNow) {
  auto run = make_run();
  const auto timing = [&] { return run->snapshot().timing; };
  run->queued(1);
  clock_.advance(Millis(5));
  EXPECT_EQ(timing().queued, Millis(5));
  ASSERT_TRUE(run->starting());
  clock_.advance(Millis(3));
  EXPECT_EQ(timing().queued, Millis(5));
  EXPECT_EQ(timing().start, Millis(3));
  run->compiling("1");
  clock_.advance(Millis(50));
  EXPECT_EQ(timing().compile, Millis(50));
  run->compiled({.elapsed = Micros(49'000)});
  clock_.advance(Millis(2));
  EXPECT_EQ(timing().compile, Millis(49));
  EXPECT_EQ(timing().start, Millis(5));
  run->running("1");
  run->output(Stream::kStdout, "12345", true);
  run->output(Stream::kStderr, "1", true);
  clock_.advance(Millis(600));
  EXPECT_EQ(timing().start, Millis(5));
  EXPECT_EQ(timing().run, Millis(600));
  EXPECT_EQ(timing().total, Millis(660));
  EXPECT_EQ(run->snapshot().usage.stdout_bytes, 5U);
  EXPECT_EQ(run->snapshot().usage.stderr_bytes, 1U);
}

TEST_F(RunTest, WhoLeftTheLineDidNotWaitInItAnyLonger) {
  auto run = make_run();
  run->queued(1);
  clock_.advance(Millis(5));
  ASSERT_TRUE(run->starting());
  clock_.advance(Millis(7));
  run->cancel(Cause::kSetupError);
  run->finish({.setup_error = "no room", .set_up = Phase::kRun});
  const RunSnapshot end = run->snapshot();
  EXPECT_EQ(end.timing.queued, Millis(5));
  EXPECT_EQ(end.timing.start, Millis(7));
  EXPECT_EQ(end.timing.total, Millis(12));
  EXPECT_EQ(end.phase, Phase::kRun) << "the step whose sandbox could not be set up";
  EXPECT_EQ(events(*run), "queued finished");
}

TEST_F(RunTest, StopCarriesItsProof) {
  auto run = make_run();
  run->queued(0);
  ASSERT_TRUE(run->starting());
  run->running("1");
  clock_.advance(Millis(10));
  const base::TimePoint asked = clock_.now();
  EXPECT_TRUE(run->cancel(Cause::kStop));
  EXPECT_FALSE(run->cancel(Cause::kWallLimit));
  EXPECT_EQ(run->state(), State::kStopping);
  clock_.advance(Millis(1));
  const base::TimePoint signaled = clock_.now();
  clock_.advance(Millis(2));
  run->finish({.proof = {.signaled = signaled, .emptied = clock_.now(), .processes_killed = 3}});
  const RunSnapshot snapshot = run->snapshot();
  EXPECT_EQ(snapshot.status, Status::kCancelled);
  ASSERT_TRUE(snapshot.stop.has_value());
  EXPECT_EQ(snapshot.stop->cause, Cause::kStop);
  EXPECT_EQ(snapshot.stop->signaled - asked, Millis(1));
  EXPECT_EQ(snapshot.stop->emptied - asked, Millis(3));
  EXPECT_EQ(snapshot.stop->processes_killed, 3U);
  EXPECT_TRUE(snapshot.stop->empty);
  EXPECT_EQ(events(*run), "queued started stopping finished");
}

TEST_F(RunTest, StoppedWhileQueuedNeverStarts) {
  auto run = make_run();
  run->queued(1);
  run->cancel(Cause::kStop);
  clock_.advance(Millis(4));
  EXPECT_FALSE(run->starting());
  run->finish({});
  EXPECT_EQ(run->snapshot().phase, Phase::kQueue);
  EXPECT_EQ(run->snapshot().timing.queued, Millis(4));
  EXPECT_EQ(run->snapshot().timing.start, Millis(0));
  EXPECT_EQ(events(*run), "queued stopping finished");
}

TEST_F(RunTest, StopAfterTheExitChangesNothing) {
  auto run = make_run();
  run->queued(0);
  ASSERT_TRUE(run->starting());
  run->running("1");
  run->cancel(Cause::kExit);
  EXPECT_FALSE(run->cancel(Cause::kStop));
  run->finish({.exit = ProgramExit{.signaled = true, .code = 11}});
  EXPECT_FALSE(run->cancel(Cause::kStop));
  EXPECT_EQ(run->snapshot().status, Status::kSignaled);
  EXPECT_EQ(events(*run), "queued started finished");
}

TEST_F(RunTest, R14_AStopWithoutGraceTakesAnEarlierGraceBack) {
  auto run = make_run();
  run->queued(0);
  ASSERT_TRUE(run->starting());
  run->running("1");
  int hurries = 0;
  run->on_hurry([&] { hurries += run->grace() == Millis(0) ? 1 : 100; });  // and may look
  run->cancel(Cause::kStop, Millis(5000));
  run->cancel(Cause::kStop, Millis(9000));
  EXPECT_EQ(run->grace(), Millis(5000));
  run->cancel(Cause::kExit);  // its own end hurries nothing
  EXPECT_EQ(hurries, 0);
  run->cancel(Cause::kClientDisconnected);
  EXPECT_EQ(hurries, 1);
  run->cancel(Cause::kStop);  // there is nothing left to take
  EXPECT_EQ(hurries, 1);
  EXPECT_EQ(run->snapshot().cause, Cause::kStop);
  run->finish({});
  run->cancel(Cause::kShutdown);
  EXPECT_EQ(hurries, 1);
}

TEST_F(RunTest, FinishedCallsComeOnceAndAtOnceWhenLate) {
  auto run = make_run();
  int calls = 0;
  run->on_finished([&] { ++calls; });
  run->queued(0);
  run->cancel(Cause::kShutdown);
  EXPECT_EQ(calls, 0);
  run->finish({});
  EXPECT_EQ(calls, 1);
  run->on_finished([&] { ++calls; });
  EXPECT_EQ(calls, 2);
}

TEST_F(RunTest, StdinOfTheSpecComesFirstAndClosesUnlessOpen) {
  const run::Run::Options options{.id = "r_1"};
  run::Run closed(RunSpec{.stdin_data = "abc"}, options, clock_);
  EXPECT_EQ(closed.input().push("x"), InputBuffer::Push::kClosed);
  run::Run open(RunSpec{.stdin_data = "abc", .stdin_open = true}, options, clock_);
  EXPECT_EQ(open.input().push("def"), InputBuffer::Push::kTaken);
  bool eof = true;
  EXPECT_EQ(open.input().drain(eof), "abcdef");
  EXPECT_FALSE(eof);
}

TEST_F(RunTest, TruncatedOutputIsMarked) {
  auto run = make_run();
  run->queued(0);
  ASSERT_TRUE(run->starting());
  run->running("1");
  run->truncated(Stream::kStderr, 99);
  run->cancel(Cause::kExit);
  run->finish({.exit = ProgramExit{.code = 0}});
  EXPECT_FALSE(run->snapshot().stdout_truncated);
  EXPECT_TRUE(run->snapshot().stderr_truncated);
}

}  // namespace
}  // namespace leash::run
