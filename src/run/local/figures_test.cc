#include "run/local/figures.h"

#include <gtest/gtest.h>

namespace leash::run {
namespace {

TEST(FiguresTest, FindsTheLineOfItsKey) {
  constexpr std::string_view kText = "usage_usec 1234\nuser_usec 1000\nsystem_usec 234\n";
  EXPECT_EQ(find_figure(kText, "usage_usec"), 1234U);
  EXPECT_EQ(find_figure(kText, "system_usec"), 234U);
}

TEST(FiguresTest, PartOfAKeyIsNotTheKey) {
  EXPECT_EQ(find_figure("oom_kill_disable 0\nunder_oom 1\noom_kill 2\n", "oom_kill"), 2U);
  EXPECT_EQ(find_figure("local_max 7\nmax 3", "max"), 3U);
}

TEST(FiguresTest, MissingOrBrokenIsNothing) {
  EXPECT_EQ(find_figure("", "max"), std::nullopt);
  EXPECT_EQ(find_figure("max\n", "max"), std::nullopt);
  EXPECT_EQ(find_figure("max x\n", "max"), std::nullopt);
}

}  // namespace
}  // namespace leash::run
