// The executor against a real spawner: needs root, as the product does.
#include "run/local_executor.h"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <utility>

#include "run/testing/local_kit.h"

namespace leash::run {
namespace {

using base::Millis;

/// One spawner for all tests of the file: to prove its layers takes a moment. What every executor
/// promises is in testing/executor_conformance*.h.
class LocalExecutorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    kit_ = std::make_unique<testing::LocalKit>();
    const auto started = kit_->executor().start();
    ASSERT_TRUE(started.has_value()) << started.error().message();
    for (const Layer& layer : kit_->executor().capabilities().layers) {
      EXPECT_TRUE(layer.proved) << layer.name << ": " << layer.detail;
    }
  }
  static void TearDownTestSuite() {
    for (const base::Error& error : kit_->executor().stop()) ADD_FAILURE() << error.message();
    kit_.reset();
  }
  static RunSpec bash(const std::string& code) { return testing::LocalKit::script(code); }
  static ExecuteResult execute(RunSpec spec, const async::CancelToken& token = {}) {
    auto result = kit_->executor().execute(std::move(spec), token);
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
  }

  static inline std::unique_ptr<testing::LocalKit> kit_;
};

TEST_F(LocalExecutorTest, StdinReachesTheProgramAndEnds) {
  RunSpec spec = bash("cat; echo done");
  spec.stdin_data = "abc\n";
  EXPECT_EQ(execute(std::move(spec)).stdout_data, "abc\ndone\n");
}

TEST_F(LocalExecutorTest, EntryIsOneOfTheFiles) {
  RunSpec spec = bash("echo 1");
  spec.entry = "nope";
  EXPECT_FALSE(kit_->executor().execute(std::move(spec), {}).has_value());
  RunSpec empty{.language = "bash"};
  const auto refused = kit_->executor().execute(std::move(empty), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message().find("none of the files"), std::string::npos);
}

TEST(LocalExecutorStartTest, SaysWhyItCannotRunAnything) {
  testing::LocalKit kit(nullptr, "/nonexistent/dir");
  ASSERT_TRUE(kit.executor().start().has_value());  // what it is able to do is told
  const Capabilities able = kit.executor().capabilities();
  EXPECT_FALSE(able.complete());
  EXPECT_NE(able.why_incomplete().message().find("/nonexistent/dir"), std::string::npos)
      << able.why_incomplete().message();
}

TEST_F(LocalExecutorTest, SignalsAreTold) {
  const ExecuteResult result = execute(bash("kill -SEGV $$"));
  EXPECT_EQ(result.outcome.status, Status::kSignaled);
  EXPECT_EQ(result.outcome.exit, (ProgramExit{.signaled = true, .code = SIGSEGV}));
}

TEST_F(LocalExecutorTest, CompiledInASlotOfItsOwn) {
  const ExecuteResult good = execute(
      {.language = "c", .files = {{"main.c", "int main(void) { return 7; }"}}, .entry = "main.c"});
  EXPECT_EQ(good.outcome.exit, (ProgramExit{.signaled = false, .code = 7}));
  ASSERT_TRUE(good.outcome.compile.has_value());
  EXPECT_GT(good.outcome.compile->elapsed.count(), 0);
  const ExecuteResult bad =
      execute({.language = "c", .files = {{"main.c", "int main( {"}}, .entry = "main.c"});
  EXPECT_EQ(bad.outcome.status, Status::kCompileFailed);
  EXPECT_EQ(bad.outcome.cause, Cause::kCompileError);
  EXPECT_NE(bad.outcome.compile->stderr_data.find("main.c:1"), std::string::npos);
}

TEST_F(LocalExecutorTest, R33_WallLimitEndsAnEndlessLoop) {
  RunSpec spec = bash("while :; do :; done");
  spec.limits.wall = Millis(200);
  const ExecuteResult result = execute(std::move(spec));
  EXPECT_EQ(result.outcome.status, Status::kTimedOut);
  EXPECT_EQ(result.outcome.cause, Cause::kWallLimit);
  ASSERT_TRUE(result.outcome.stop.has_value());
  EXPECT_TRUE(result.outcome.stop->empty);
  EXPECT_GE(result.outcome.stop->processes_killed, 1U);
  EXPECT_GE(result.outcome.timing.run, Millis(200));
}

TEST_F(LocalExecutorTest, CpuLimitCountsDeadChildren) {
  RunSpec spec = bash(
      "for i in 1 2 3 4 5 6 7 8 9; do (for ((j=0;j<60000;j++)); do :; done); done;"
      "while :; do (for ((j=0;j<60000;j++)); do :; done); done");
  spec.limits.cpu = Millis(300);
  spec.limits.wall = Millis(60'000);
  const ExecuteResult result = execute(std::move(spec));
  EXPECT_EQ(result.outcome.cause, Cause::kCpuLimit);
  EXPECT_GE(result.outcome.usage.cpu, Millis(300));
}

TEST_F(LocalExecutorTest, IdleLimitEndsASilentProgram) {
  RunSpec spec = bash("echo once; sleep 60");
  spec.limits.idle = Millis(200);
  const ExecuteResult result = execute(std::move(spec));
  EXPECT_EQ(result.outcome.cause, Cause::kIdleLimit);
  EXPECT_EQ(result.stdout_data, "once\n");
}

TEST_F(LocalExecutorTest, MemoryLimitIsNotASignal) {
  RunSpec spec = bash("x=a; while :; do x=$x$x; done");
  spec.limits.memory = base::mib(32);
  const ExecuteResult result = execute(std::move(spec));
  EXPECT_EQ(result.outcome.cause, Cause::kMemoryLimit);
  EXPECT_EQ(result.outcome.status, Status::kLimitExceeded);
}

TEST_F(LocalExecutorTest, OutputLimitTruncatesOrStops) {
  RunSpec spec = bash("for ((i=0;i<2000;i++)); do echo 0123456789; done; echo end >&2");
  spec.limits.output = base::Bytes{100};
  const ExecuteResult kept = execute(spec);
  EXPECT_EQ(kept.outcome.status, Status::kSucceeded);
  EXPECT_EQ(kept.stdout_data.size(), 100U);
  EXPECT_TRUE(kept.outcome.stdout_truncated);
  EXPECT_EQ(kept.outcome.usage.stdout_bytes, 22'000U);
  EXPECT_EQ(kept.stderr_data, "end\n");
  spec.on_output_limit = OnOutputLimit::kStop;
  EXPECT_EQ(execute(spec).outcome.cause, Cause::kOutputLimit);
}

TEST_F(LocalExecutorTest, UnknownLanguageIsASetupError) {
  const ExecuteResult result =
      execute({.language = "klingon", .files = {{"main", "Qapla"}}, .entry = "main"});
  EXPECT_EQ(result.outcome.status, Status::kSetupError);
  EXPECT_NE(result.outcome.setup_error.find("klingon"), std::string::npos);
}

}  // namespace
}  // namespace leash::run
