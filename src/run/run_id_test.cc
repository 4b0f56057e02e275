#include <gtest/gtest.h>

#include <set>

#include "run/executor.h"

namespace leash::run {
namespace {

TEST(RunIdTest, IdsAreWellFormedAndDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = make_run_id();
    EXPECT_TRUE(is_run_id(id)) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(RunIdTest, EverythingElseIsMalformed) {
  const std::string good = make_run_id();
  EXPECT_FALSE(is_run_id(""));
  EXPECT_FALSE(is_run_id(good + "0"));
  EXPECT_FALSE(is_run_id(good.substr(1)));
  EXPECT_FALSE(is_run_id("r_" + std::string(26, 'u')));
  EXPECT_FALSE(is_run_id("r_" + std::string(25, '0') + "/"));
}

}  // namespace
}  // namespace leash::run
