#include "base/scope_guard.h"

#include <gtest/gtest.h>

namespace leash::base {
namespace {

TEST(ScopeGuardTest, RunsAtTheEndOfTheScope) {
  int undone = 0;
  {
    const ScopeGuard guard([&] { ++undone; });
    EXPECT_EQ(undone, 0);
  }
  EXPECT_EQ(undone, 1);
}

TEST(ScopeGuardTest, DismissedDoesNothing) {
  int undone = 0;
  {
    ScopeGuard guard([&] { ++undone; });
    guard.dismiss();
  }
  EXPECT_EQ(undone, 0);
}

}  // namespace
}  // namespace leash::base
