#include "run/local/newcomers.h"

#include <gtest/gtest.h>

#include <optional>

namespace leash::run {
namespace {

using std::chrono::milliseconds;

class NewcomersTest : public testing::Test {
 protected:
  base::ManualClock clock_;
  Newcomers newcomers_{clock_};
};

TEST_F(NewcomersTest, ARunIsOneFor20Ms) {
  EXPECT_FALSE(newcomers_.any());
  const Newcomers::Newcomer run(newcomers_);
  clock_.advance(milliseconds(19));
  EXPECT_TRUE(newcomers_.any());
  EXPECT_TRUE(run.is_young());
  clock_.advance(milliseconds(1));
  EXPECT_FALSE(newcomers_.any());
  EXPECT_FALSE(run.is_young());
}

TEST_F(NewcomersTest, OneThatHasEndedIsNone) {
  const Newcomers::Newcomer old(newcomers_);
  clock_.advance(milliseconds(30));
  std::optional<Newcomers::Newcomer> first(newcomers_);
  std::optional<Newcomers::Newcomer> second(newcomers_);  // begun in the same moment
  first.reset();
  EXPECT_TRUE(newcomers_.any());
  second.reset();
  EXPECT_FALSE(newcomers_.any());
}

TEST_F(NewcomersTest, OneThatHasBegunAfterAnOtherCountsWhenThatHasAged) {
  const Newcomers::Newcomer old(newcomers_);
  clock_.advance(milliseconds(15));
  const Newcomers::Newcomer later(newcomers_);
  clock_.advance(milliseconds(15));
  EXPECT_FALSE(old.is_young());
  EXPECT_TRUE(later.is_young());
  EXPECT_TRUE(newcomers_.any());
}

}  // namespace
}  // namespace leash::run
