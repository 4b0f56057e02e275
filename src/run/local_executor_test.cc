// The executor against a real spawner: needs root, as the product does.
#include "run/local_executor.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <thread>

#include "sys/file.h"

namespace leash::run {
namespace {

using base::Millis;
using std::chrono::seconds;

/// One spawner for all tests of the file: to prove its layers takes a moment.
class LocalExecutorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string path = "/tmp/leash-executor-test-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    state_dir_ = path;
    executor_ = make_executor(path);
    const auto started = executor_->start();
    ASSERT_TRUE(started.has_value()) << started.error().message();
    for (const Layer& layer : executor_->capabilities().layers) {
      EXPECT_TRUE(layer.proved) << layer.name << ": " << layer.detail;
    }
  }
  static void TearDownTestSuite() {
    for (const base::Error& error : executor_->stop()) ADD_FAILURE() << error.message();
    executor_.reset();
    std::filesystem::remove_all(state_dir_);
  }
  static std::unique_ptr<LocalExecutor> make_executor(const std::string& state_dir,
                                                      boost::asio::io_context* loop = nullptr) {
    static const auto kCatalog = std::make_shared<const runtimes::Catalog>(
        std::move(runtimes::load_catalog(LEASH_TEST_RESOURCES "/runtimes").value()));
    return std::make_unique<LocalExecutor>(
        LocalExecutor::Options{.loop = loop,
                               .spawner_program = LEASH_TEST_RESOURCES "/leash-spawner",
                               .state_dir = state_dir,
                               .catalog = kCatalog});
  }
  static RunSpec bash(const std::string& code) {
    return {.language = "bash", .files = {{"main.sh", code}}, .entry = "main.sh"};
  }
  static ExecuteResult execute(RunSpec spec, const async::CancelToken& token = {}) {
    auto result = executor_->execute(std::move(spec), token);
    EXPECT_TRUE(result.has_value());
    return std::move(*result);
  }

  static inline std::string state_dir_;
  static inline std::unique_ptr<LocalExecutor> executor_;
};

TEST_F(LocalExecutorTest, RunsToTheEndWithOutputAndExitCode) {
  const ExecuteResult result = execute(bash("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.outcome.status, Status::kFailed);
  EXPECT_EQ(result.outcome.exit, (ProgramExit{.signaled = false, .code = 3}));
  EXPECT_EQ(result.stdout_data, "out\n");
  EXPECT_EQ(result.stderr_data, "err\n");
  EXPECT_EQ(result.outcome.usage.stdout_bytes, 4U);
}

TEST_F(LocalExecutorTest, StdinReachesTheProgramAndEnds) {
  RunSpec spec = bash("cat; echo done");
  spec.stdin_data = "abc\n";
  EXPECT_EQ(execute(std::move(spec)).stdout_data, "abc\ndone\n");
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

TEST_F(LocalExecutorTest, WallLimitEndsAnEndlessLoop) {
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

TEST_F(LocalExecutorTest, DaemonThatHoldsThePipeDoesNotDelayTheEnd) {
  const auto before = std::chrono::steady_clock::now();
  const ExecuteResult result = execute(bash("setsid sleep 60 & echo gone"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(20));
  EXPECT_EQ(result.outcome.status, Status::kSucceeded);
  EXPECT_EQ(result.stdout_data, "gone\n");
}

TEST_F(LocalExecutorTest, GraceLetsAProgramEndItself) {
  auto started = std::make_shared<std::promise<void>>();
  const auto handle = executor_->start_run(
      bash("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"),
      [started](const EventPtr& event) {
        if (std::holds_alternative<OutputEvent>(event->body)) {
          if (std::get<OutputEvent>(event->body).data == "ready\n") started->set_value();
        }
      });
  ASSERT_TRUE(handle.has_value());
  started->get_future().wait();
  EXPECT_TRUE(handle->stop(Millis(20'000)));
  const RunSnapshot outcome = handle->wait();
  EXPECT_EQ(outcome.cause, Cause::kStop);
  EXPECT_EQ(outcome.exit, (ProgramExit{.signaled = false, .code = 0}));
  EXPECT_EQ(handle->run()->log()->kept_output(Stream::kStdout), "ready\nbye\n");
}

TEST_F(LocalExecutorTest, CancelledBeforeDuringAndAfterFromAnotherThread) {
  async::CancelSource before;
  before.cancel(Cause::kStop);
  EXPECT_EQ(execute(bash("echo never"), before.token()).outcome.cause, Cause::kStop);

  async::CancelSource during;
  std::jthread canceller([&during] { during.cancel(Cause::kStop); });
  EXPECT_EQ(execute(bash("sleep 60"), during.token()).outcome.cause, Cause::kStop);

  async::CancelSource after;
  EXPECT_EQ(execute(bash("true"), after.token()).outcome.cause, Cause::kExit);
  after.cancel(Cause::kStop);
}

TEST_F(LocalExecutorTest, EventsComeInOrderAndEndOnce) {
  std::vector<std::uint64_t> seqs;
  int finished = 0;
  std::promise<void> last;
  const auto handle =
      executor_->start_run(bash("for i in 1 2 3; do echo $i; done"), [&](const EventPtr& event) {
        seqs.push_back(event->seq);
        if (type_name(event->body) == "finished") {
          ++finished;
          last.set_value();
        }
      });
  ASSERT_TRUE(handle.has_value());
  last.get_future().wait();
  for (std::size_t i = 0; i < seqs.size(); ++i) EXPECT_EQ(seqs[i], i + 1);
  EXPECT_EQ(finished, 1);
}

TEST_F(LocalExecutorTest, UnknownLanguageIsASetupError) {
  const ExecuteResult result = execute({.language = "klingon"});
  EXPECT_EQ(result.outcome.status, Status::kSetupError);
  EXPECT_NE(result.outcome.setup_error.find("klingon"), std::string::npos);
}

TEST_F(LocalExecutorTest, ManyRunsAtOnceStoppedWhileTheyStart) {
  std::vector<RunHandle> handles;
  for (int i = 0; i < 40; ++i) {
    handles.push_back(executor_->start_run(bash("sleep 60"), nullptr).value());
  }
  std::vector<std::jthread> threads;
  for (const RunHandle& handle : handles) {
    threads.emplace_back([&handle] { handle.stop(); });
  }
  for (const RunHandle& handle : handles) {
    const RunSnapshot outcome = handle.wait();
    EXPECT_EQ(outcome.cause, Cause::kStop);
    EXPECT_TRUE(outcome.stop->empty);
  }
}

TEST_F(LocalExecutorTest, StopEndsRunsAndRestartServesAgain) {
  const std::string path = state_dir_ + "/second";
  std::filesystem::create_directory(path);
  const auto other = make_executor(path);
  EXPECT_FALSE(other->start_run(bash("true"), nullptr).has_value());  // not started
  ASSERT_TRUE(other->start().has_value());
  const auto handle = other->start_run(bash("sleep 60"), nullptr);
  ASSERT_TRUE(handle.has_value());
  EXPECT_TRUE(other->stop().empty());
  EXPECT_EQ(handle->wait().cause, Cause::kShutdown);
  EXPECT_TRUE(other->stop().empty());                                 // twice
  EXPECT_FALSE(other->start_run(bash("true"), nullptr).has_value());  // after
  ASSERT_TRUE(other->restart().has_value());
  EXPECT_EQ(other->execute(bash("true"), {})->outcome.status, Status::kSucceeded);
}

TEST_F(LocalExecutorTest, OwnerLoopOfTheCallerThatHasEndedBeforeStop) {
  const std::string path = state_dir_ + "/third";
  std::filesystem::create_directory(path);
  boost::asio::io_context loop;
  const auto other = make_executor(path, &loop);
  ASSERT_TRUE(other->start().has_value());
  {
    auto work = boost::asio::make_work_guard(loop);
    std::jthread owner([&loop] { loop.run(); });
    const auto handle = other->start_run(bash("echo x; sleep 60"), nullptr);
    ASSERT_TRUE(handle.has_value());
    loop.stop();
  }
  EXPECT_TRUE(other->stop().empty());
}

}  // namespace
}  // namespace leash::run
