#include "spawner/demand.h"

#include <gtest/gtest.h>

namespace leash::spawner {
namespace {

constexpr Demand::Bounds kBounds{.least = 4, .most = 10};

TEST(DemandTest, ClaimsThatFindOneDoNotRaiseIt) {
  Demand demand(kBounds);
  for (int i = 0; i < 100; ++i) demand.note_claim(1);
  EXPECT_EQ(demand.wanted(), 4U);
  EXPECT_FALSE(demand.is_raised());
}

TEST(DemandTest, EachClaimThatFindsNoneRaisesItUpToTheBound) {
  Demand demand(kBounds);
  for (std::size_t i = 1; i <= 6; ++i) {
    demand.note_claim(0);
    EXPECT_EQ(demand.wanted(), 4 + i);
  }
  demand.note_claim(0);
  EXPECT_EQ(demand.wanted(), 10U);
  EXPECT_TRUE(demand.is_raised());
}

TEST(DemandTest, ABurstIsForgottenStepByStep) {
  Demand demand(kBounds);
  for (int i = 0; i < 6; ++i) demand.note_claim(0);
  demand.end_interval(10);
  EXPECT_EQ(demand.wanted(), 10U) << "all were used in it";
  demand.end_interval(10);
  EXPECT_EQ(demand.wanted(), 5U);
  demand.end_interval(5);
  EXPECT_EQ(demand.wanted(), 4U);
  demand.end_interval(4);
  EXPECT_EQ(demand.wanted(), 4U);
}

TEST(DemandTest, WhatWasUsedIsKept) {
  Demand demand(kBounds);
  for (int i = 0; i < 6; ++i) demand.note_claim(0);
  demand.end_interval(10);
  demand.note_claim(9);
  demand.note_claim(3);  // leaves two, which nobody needed
  demand.note_claim(10);
  demand.end_interval(10);
  EXPECT_EQ(demand.wanted(), 9U);
}

TEST(DemandTest, ANumberThatWasGivenStays) {
  for (const std::size_t given : {0, 1, 7}) {
    Demand demand({.least = given, .most = given});
    demand.note_claim(0);
    EXPECT_EQ(demand.wanted(), given);
    demand.end_interval(given);
    EXPECT_EQ(demand.wanted(), given);
  }
}

TEST(DemandTest, BoundsOfTheMachineAreSane) {
  const Demand::Bounds bounds = bounds_for_this_machine();
  EXPECT_GE(bounds.least, 1U);
  EXPECT_GE(bounds.most, bounds.least);
  EXPECT_LE(bounds.most, 32U);
}

}  // namespace
}  // namespace leash::spawner
