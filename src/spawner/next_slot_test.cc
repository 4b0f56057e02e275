#include "spawner/next_slot.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace leash::spawner {
namespace {

using std::chrono::milliseconds;

constexpr SlotKind kPython = 1;
constexpr SlotKind kNode = 2;

class NextSlotTest : public testing::Test {
 protected:
  NextSlotTest() {
    for (const SlotKind kind : {kAnyCommand, kPython, kNode}) {
      Shelf& shelf = shelves_.try_emplace(kind, Demand::Bounds{}).first->second;
      shelf.ready = {1, 2, 3, 4};
    }
  }
  Shelf& shelf(SlotKind kind) { return shelves_.at(kind); }
  [[nodiscard]] std::optional<SlotKind> next(bool calm = false) const {
    const auto supply = [this](SlotKind kind) {
      return Supply{.ready = 4, .is_prestarted = prestarted_.contains(kind)};
    };
    return next_slot(shelves_, supply, now_, calm);
  }

  Shelves shelves_;
  std::set<SlotKind> prestarted_;
  const base::TimePoint now_ = std::chrono::steady_clock::now();
};

TEST_F(NextSlotTest, NoneIfAllAreReady) {
  EXPECT_EQ(next(), std::nullopt);
}

TEST_F(NextSlotTest, TheKindThatLacksMost) {
  shelf(kAnyCommand).ready.resize(3);
  shelf(kPython).ready.resize(1);
  EXPECT_EQ(next(), kPython);
  shelf(kPython).making = 1;  // is one of those that it has
  shelf(kAnyCommand).ready.resize(1);
  EXPECT_EQ(next(), kAnyCommand);
}

TEST_F(NextSlotTest, FirstThatForWhichSomebodyWaits) {
  shelf(kPython).ready.clear();
  shelf(kAnyCommand).ready.clear();
  shelf(kAnyCommand).waiting.emplace_back();
  EXPECT_EQ(next(), kAnyCommand);
  shelf(kPython).waiting.resize(2);
  EXPECT_EQ(next(), kPython);
}

TEST_F(NextSlotTest, SoManyAtOnce) {
  shelf(kPython).ready.clear();
  shelf(kPython).waiting.resize(5);
  shelf(kPython).making = 1;
  EXPECT_EQ(next(), kPython);
  shelf(kAnyCommand).making = 1;
  EXPECT_EQ(next(), std::nullopt);
}

TEST_F(NextSlotTest, WhileItIsCalmOnlyWhereFewAreLeftOrSomebodyWaits) {
  shelf(kPython).ready.resize(3);
  EXPECT_EQ(next(true), std::nullopt);
  shelf(kPython).ready.resize(2);
  EXPECT_EQ(next(true), kPython);
  shelf(kAnyCommand).ready.resize(3);
  shelf(kAnyCommand).waiting.resize(1);
  EXPECT_EQ(next(true), kAnyCommand);
}

TEST_F(NextSlotTest, NotBeforeTheTimeAfterAFailure) {
  shelf(kPython).ready.clear();
  shelf(kPython).not_before = now_ + milliseconds(1);
  EXPECT_EQ(next(), std::nullopt);
  shelf(kPython).not_before = now_;
  EXPECT_EQ(next(), kPython);
}

TEST_F(NextSlotTest, ThoseThatTakeLongComeLastAndOneAtATime) {
  prestarted_ = {kPython, kNode};
  shelf(kNode).ready.clear();
  shelf(kAnyCommand).ready.resize(3);
  EXPECT_EQ(next(), kAnyCommand);
  shelf(kAnyCommand).making = 1;
  EXPECT_EQ(next(), kNode);
  shelf(kPython).making = 1;
  EXPECT_EQ(next(), std::nullopt);
}

}  // namespace
}  // namespace leash::spawner
