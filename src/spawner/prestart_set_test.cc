#include "spawner/prestart_set.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

#include "spawner/exec_table.h"

namespace leash::spawner {
namespace {

using protocol::Step;
using std::chrono::hours;
using std::chrono::milliseconds;

runtimes::Catalog one_language() {
  runtimes::Descriptor language{
      .id = "x",
      .warm = runtimes::Warm::kPrestart,
      .compile = runtimes::CompileStep{.command = {"/c"}, .artifacts = {"program"}},
      .run = {"/x"},
      .run_prestart = runtimes::Prestart{.command = {"/x"}, .min_memory = base::mib(100)}};
  return std::move(runtimes::Catalog::make({std::move(language)}, {"text"}).value());
}

constexpr SlotKind kRun = kind_of(0, Step::kRun);

class PrestartSetTest : public testing::Test {
 protected:
  PrestartSet make(base::Duration kept) { return {loop_, context_, catalog_, {.kept = kept}}; }
  PrestartSet::Hooks hooks() {
    return {.warm = [this](SlotKind kind) { warm_.push_back(kind); },
            .lost = [this](SlotKind kind) { lost_.push_back(kind); }};
  }

  boost::asio::io_context loop_;
  runtimes::Catalog catalog_ = one_language();
  ExecTable table_{catalog_};
  sandbox::LaunchContext context_{.languages = table_.entries()};
  std::vector<SlotKind> warm_;
  std::vector<SlotKind> lost_;
};

TEST_F(PrestartSetTest, HasTheStepsThatSayHow) {
  PrestartSet set = make(hours(1));
  EXPECT_TRUE(set.has(kRun));
  EXPECT_FALSE(set.has(kind_of(0, Step::kCompile)));
  EXPECT_FALSE(set.has(kAnyCommand));
}

TEST_F(PrestartSetTest, TheSecondUseMakesItWarm) {
  PrestartSet set = make(hours(1));
  set.start(hooks());
  set.note_use(kRun);
  EXPECT_FALSE(set.is_warm(kRun));
  set.note_use(kRun);
  set.note_use(kRun);
  EXPECT_TRUE(set.is_warm(kRun));
  EXPECT_EQ(warm_, std::vector<SlotKind>{kRun});
  set.note_use(kind_of(0, Step::kCompile));  // not one of its
}

TEST_F(PrestartSetTest, WithoutUseItIsLostAfterAWhile) {
  PrestartSet set = make(milliseconds(1));
  set.start(hooks());
  while (warm_.empty()) set.note_use(kRun);  // two of them within a millisecond
  loop_.run();
  EXPECT_EQ(lost_, std::vector<SlotKind>{kRun});
  EXPECT_FALSE(set.is_warm(kRun));
}

TEST_F(PrestartSetTest, OneThatFailsIsLeftAlone) {
  PrestartSet set = make(hours(1));
  set.start(hooks());
  set.note_use(kRun);
  set.note_use(kRun);
  set.give_up(kRun);
  set.note_use(kRun);
  set.note_use(kRun);
  EXPECT_FALSE(set.is_warm(kRun));
  loop_.run();  // its timer has gone, too: this would take an hour
  EXPECT_TRUE(lost_.empty());
}

TEST_F(PrestartSetTest, LittleMemoryFewTasksAndArgumentsAreNotForIt) {
  const PrestartSet set = make(hours(1));
  const protocol::SlotLimits enough{.memory_bytes = base::mib(100).count, .tasks = 7};
  constexpr std::uint64_t kTasks = 8;  // one of them the init
  EXPECT_TRUE(set.suits(kRun, {.limits = enough}, kTasks));
  EXPECT_FALSE(set.suits(kRun, {.limits = enough}, kTasks + 1));
  EXPECT_FALSE(set.suits(kRun, {.with_arguments = 1, .limits = enough}, kTasks));
  EXPECT_FALSE(
      set.suits(kRun, {.limits = {.memory_bytes = enough.memory_bytes - 1, .tasks = 7}}, kTasks));
}

}  // namespace
}  // namespace leash::spawner
