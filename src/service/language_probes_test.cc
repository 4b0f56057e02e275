#include "service/language_probes.h"

#include "service/fake_catalog.h"
#include "service/fake_executor.h"
#include "service/loop_test.h"

namespace leash::service {
namespace {

using run::Command;
using run::RunPtr;

class LanguageProbesTest : public LoopTest {
 protected:
  LanguageProbesTest() { executor_.answers_probes_ = false; }

  void start() {
    probes_.start([this] { ++ready_; });
  }
  const LanguageStatus& toy() const { return probes_.statuses()[1]; }
  /// Answers all probes that come from now on.
  void answer(const std::string& version, const std::string& selftest) {
    executor_.on_launch_ = [this, version, selftest](const RunPtr& run) {
      most_at_once_ = std::max(most_at_once_, probes_.live());
      const bool is_version = run->spec().command == Command::kVersion;
      boost::asio::post(loop_, [=] { FakeExecutor::end(run, 0, is_version ? version : selftest); });
    };
  }

  FakeExecutor executor_{loop_, clock_};
  int ready_ = 0;
  std::size_t most_at_once_ = 0;
  LanguageProbes probes_{fake_catalog(),
                         Maxima(),
                         loop_,
                         clock_,
                         [this](const RunPtr& run) { executor_.launch(run); },
                         [](const std::string& /*path*/) { return true; }};
};

TEST_F(LanguageProbesTest, NothingIsAvailableBeforeItWasTested) {
  EXPECT_FALSE(probes_.done());
  EXPECT_EQ(probes_.statuses().size(), 2U);
  EXPECT_FALSE(toy().available);
  EXPECT_EQ(toy().reason, "not tested yet");
}

TEST_F(LanguageProbesTest, GoodLanguagesGetTheirVersion) {
  answer("toy 4.2", "hello\n");
  start();
  settle();
  EXPECT_EQ(ready_, 1);
  EXPECT_TRUE(probes_.done());
  EXPECT_EQ(toy().id, "toy");
  EXPECT_TRUE(toy().available);
  EXPECT_EQ(toy().version, "4.2");
  EXPECT_EQ(toy().reason, "");
  EXPECT_EQ(most_at_once_, 2U);
  EXPECT_EQ(probes_.live(), 0U);
}

TEST_F(LanguageProbesTest, SelfTestRunsTheDescriptorsProgram) {
  start();
  ASSERT_EQ(executor_.launched_.size(), 2U);
  EXPECT_EQ(executor_.launched_[0]->spec().command, Command::kVersion);
  FakeExecutor::end(executor_.launched_[0], 0, "toy 1");
  settle();
  ASSERT_EQ(executor_.launched_.size(), 3U);
  const run::RunSpec& spec = executor_.launched_[2]->spec();
  EXPECT_EQ(spec.command, Command::kProgram);
  EXPECT_EQ(spec.language, "other");
  EXPECT_EQ(spec.entry, "hello.toy");
  ASSERT_EQ(spec.files.size(), 1U);
  EXPECT_EQ(spec.files[0].content, "say hello");
  EXPECT_FALSE(spec.stdin_open);
}

TEST_F(LanguageProbesTest, FailuresHaveAReason) {
  answer("toy 4.2", "goodbye\n");
  start();
  settle();
  EXPECT_TRUE(probes_.done());
  EXPECT_FALSE(toy().available);
  EXPECT_EQ(toy().version, "4.2");
  EXPECT_EQ(toy().reason, "its self-test printed 'goodbye\\n' instead of 'hello\\n'");
}

TEST_F(LanguageProbesTest, WithoutAVersionThereIsNoSelfTest) {
  answer("?", "hello\n");
  start();
  settle();
  EXPECT_FALSE(toy().available);
  EXPECT_EQ(executor_.launched_.size(), 2U);
}

TEST_F(LanguageProbesTest, LaunchMayFinishTheRunAtOnce) {
  executor_.answers_probes_ = true;
  start();
  settle();
  EXPECT_EQ(ready_, 1);
  EXPECT_TRUE(toy().available);
}

TEST_F(LanguageProbesTest, LookingAnewKeepsTheOldFindingsUntilThen) {
  answer("toy 1", "hello\n");
  start();
  settle();
  executor_.on_launch_ = nullptr;
  executor_.launched_.clear();
  start();
  start();
  EXPECT_TRUE(toy().available);
  EXPECT_EQ(executor_.launched_.size(), 2U);
  for (const RunPtr& run : std::vector(executor_.launched_)) FakeExecutor::end(run, 1);
  settle();
  EXPECT_EQ(ready_, 3);
  EXPECT_FALSE(toy().available);
}

TEST_F(LanguageProbesTest, CancelEndsTheSearch) {
  start();
  probes_.cancel();
  for (const RunPtr& run : executor_.launched_) {
    EXPECT_EQ(run->snapshot().cause, run::Cause::kShutdown);
    executor_.kill(run);
  }
  settle();
  EXPECT_EQ(ready_, 1);
  EXPECT_EQ(executor_.launched_.size(), 2U);
  EXPECT_EQ(toy().reason, "the server is shutting down");
}

}  // namespace
}  // namespace leash::service
