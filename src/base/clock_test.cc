#include "base/clock.h"

#include <gtest/gtest.h>

namespace leash::base {
namespace {

using std::chrono::milliseconds;

TEST(ClockTest, ManualClockMovesOnlyWhenTold) {
  ManualClock clock;
  const TimePoint before = clock.now();
  EXPECT_EQ(clock.now(), before);
  clock.advance(milliseconds(250));
  EXPECT_EQ(clock.now() - before, milliseconds(250));
}

TEST(ClockTest, WallTimeIsRfc3339WithMilliseconds) {
  EXPECT_EQ(format_wall_time(WallTime{} + milliseconds(1'767'225'600'007)),
            "2026-01-01T00:00:00.007Z");
}

TEST(ClockTest, TimesBeforeTheEpochAreFormattedToo) {
  EXPECT_EQ(format_wall_time(WallTime{} - milliseconds(1)), "1969-12-31T23:59:59.999Z");
}

TEST(ClockTest, ToMsKeepsFractions) {
  EXPECT_DOUBLE_EQ(to_ms(std::chrono::microseconds(1500)), 1.5);
}

}  // namespace
}  // namespace leash::base
