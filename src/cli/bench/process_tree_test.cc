#include "cli/bench/process_tree.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "cli/bench/bare_command.h"
#include "cli/host/temporary_folder.h"

namespace leash::cli {
namespace {

TEST(ProcessTree, HasChildrenAndTheirChildrenAndNobodyElse) {
  const auto folder = TemporaryFolder::make().value();
  // The two that sleep outlive the one that is killed, for a moment.
  const Program program{.hello = "sleep 20 & sleep 20 & echo up; wait", .run = {"bash", "-c"}};
  const auto command = BareCommand::prepare(program, program.hello, folder.path()).value();
  const auto seen = command->while_waiting([](pid_t pid) -> base::Result<bool> {
    const auto tree = process_tree(pid);
    EXPECT_EQ(tree.size(), 3U);
    EXPECT_EQ(tree.front(), pid);
    EXPECT_EQ(count_of_program(tree, "bash") + count_of_program(tree, "sleep"), 3U);
    EXPECT_EQ(count_of_program(tree, "ash"), 0U);
    const auto all = process_tree(::getpid());
    EXPECT_TRUE(std::ranges::find(all, pid) != all.end());
    EXPECT_GE(all.size(), 4U);
    return true;
  });
  EXPECT_TRUE(seen);
}

TEST(ProcessTree, MemoryIsThatOfAllAndOneThatHasEndedHoldsNothing) {
  const auto own = memory_of({::getpid()});
  ASSERT_TRUE(own) << own.error().message();
  EXPECT_GT(own->count, base::kib(100).count);
  const pid_t none = 1 << 30;  // above the highest pid there can be
  const auto with_none = memory_of({::getpid(), none});
  ASSERT_TRUE(with_none);
  EXPECT_GT(with_none->count, base::kib(100).count);
  EXPECT_EQ(memory_of({none}).value().count, 0U);
  EXPECT_EQ(process_tree(none).size(), 1U);
}

}  // namespace
}  // namespace leash::cli
