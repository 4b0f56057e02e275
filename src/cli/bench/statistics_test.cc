#include "cli/bench/statistics.h"

#include <gtest/gtest.h>

#include <numeric>

namespace leash::cli {
namespace {

TEST(Statistics, OneValueIsAllOfThem) {
  EXPECT_EQ(summarize({7.5}), (Summary{.count = 1, .min = 7.5, .p50 = 7.5, .p99 = 7.5}));
}

TEST(Statistics, TheOrderDoesNotMatter) {
  EXPECT_EQ(summarize({3, 1, 2}), (Summary{.count = 3, .min = 1, .p50 = 2, .p99 = 3}));
}

TEST(Statistics, PercentilesAreValuesThatWereMeasured) {
  std::vector<double> values(200);
  std::iota(values.begin(), values.end(), 1);
  EXPECT_EQ(percentile(values, 0.5), 100);
  EXPECT_EQ(percentile(values, 0.99), 198);
  EXPECT_EQ(percentile(values, 1), 200);
  EXPECT_EQ(percentile(values, 0), 1);
}

TEST(Statistics, OneOutlierInAHundredIsAboveTheP99AndOneInFiftyIsIt) {
  std::vector<double> values(100, 1.0);
  values.back() = 1000;
  EXPECT_EQ(summarize(values).p99, 1);
  values.front() = 1000;
  EXPECT_EQ(summarize(values).p99, 1000);
}

}  // namespace
}  // namespace leash::cli
