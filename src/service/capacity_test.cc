#include "service/capacity.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

using base::gib;

TEST(CapacityTest, CoresBoundItWhereMemoryIsPlenty) {
  EXPECT_EQ(max_running_for(1, gib(64)), 32U);
  EXPECT_EQ(max_running_for(2, gib(23)), 64U);
}

TEST(CapacityTest, MemoryBoundsItWhereItIsShort) {
  EXPECT_EQ(max_running_for(16, gib(2)), 16U);
  EXPECT_EQ(max_running_for(16, gib(5)), 64U);
}

TEST(CapacityTest, ItStaysInItsBounds) {
  EXPECT_EQ(max_running_for(1, base::mib(10)), 2U);
  EXPECT_EQ(max_running_for(0, {}), 2U);
  EXPECT_EQ(max_running_for(256, gib(4096)), 1024U);
}

TEST(CapacityTest, ThisMachineHasRoom) {
  EXPECT_GE(default_max_running(), 2U);
  EXPECT_LE(default_max_running(), 1024U);
}

}  // namespace
}  // namespace leash::service
