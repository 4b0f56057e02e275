#include "service/registry.h"

#include <gtest/gtest.h>

#include "service/loop_test.h"

namespace leash::service {
namespace {

class RegistryTest : public LoopTest {
 protected:
  RecordPtr add(const std::string& tenant = "a") {
    auto record = make_record(tenant);
    registry_.add(record);
    return record;
  }
  /// The ids of a page, then the cursor.
  std::string list(std::size_t limit, std::optional<std::string_view> after = std::nullopt,
                   std::optional<run::State> state = std::nullopt) {
    const auto page = registry_.list("a", state, limit, after);
    if (!page) return std::string(to_string(page.error().code)) + "@" + page.error().field;
    std::string text;
    for (const RecordPtr& record : page->records) text += record->run->id() + " ";
    return text + "-> " + page->next.value_or("end");
  }

  Registry registry_;
};

TEST_F(RegistryTest, ForeignIdsAreUnknown) {
  const auto ours = add("a");
  add("b");
  EXPECT_EQ(registry_.find("a", "r_1"), ours);
  EXPECT_EQ(registry_.find("b", "r_1"), nullptr);
  EXPECT_EQ(registry_.find("a", "r_2"), nullptr);
  EXPECT_EQ(registry_.find("c", "r_1"), nullptr);
  EXPECT_EQ(registry_.size(), 2U);
}

TEST_F(RegistryTest, ListsNewestFirstWithACursor) {
  for (int i = 0; i < 5; ++i) add();
  add("b");
  EXPECT_EQ(list(2), "r_5 r_4 -> r_4");
  EXPECT_EQ(list(2, "r_4"), "r_3 r_2 -> r_2");
  EXPECT_EQ(list(2, "r_2"), "r_1 -> end");
  EXPECT_EQ(list(5), "r_5 r_4 r_3 r_2 r_1 -> end");
  EXPECT_EQ(list(1, "r_1"), "-> end");
}

TEST_F(RegistryTest, CursorIsNotDisturbedByNewRunsOrOldOnesGoing) {
  for (int i = 0; i < 3; ++i) add();
  EXPECT_EQ(list(1), "r_3 -> r_3");
  add();
  registry_.remove(*registry_.find("a", "r_2"));
  EXPECT_EQ(list(1, "r_3"), "r_1 -> end");
}

TEST_F(RegistryTest, ListsOneState) {
  const auto queued = add();
  const auto running = add();
  ASSERT_TRUE(running->run->starting());
  running->run->running("1");
  add();
  EXPECT_EQ(list(9, std::nullopt, run::State::kRunning), "r_2 -> end");
  EXPECT_EQ(list(1, std::nullopt, run::State::kQueued), "r_3 -> r_3");
  EXPECT_EQ(list(1, "r_3", run::State::kQueued), "r_1 -> end");
}

TEST_F(RegistryTest, BadPagesAreRefused) {
  add();
  add("b");
  EXPECT_EQ(list(0), "invalid_value@limit");
  EXPECT_EQ(list(Registry::kMaxPage + 1), "invalid_value@limit");
  EXPECT_EQ(list(1, "r_2"), "invalid_value@after");
  EXPECT_EQ(list(1, ""), "invalid_value@after");
}

TEST_F(RegistryTest, RemovedIsGoneAndTwiceIsHarmless) {
  const auto record = add();
  EXPECT_TRUE(registry_.contains(*record));
  registry_.remove(*record);
  registry_.remove(*record);
  EXPECT_FALSE(registry_.contains(*record));
  EXPECT_EQ(registry_.find("a", "r_1"), nullptr);
  EXPECT_EQ(registry_.size(), 0U);
  EXPECT_EQ(list(5), "-> end");
}

}  // namespace
}  // namespace leash::service
