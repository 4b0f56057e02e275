#include "cli/text/units.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

using std::chrono_literals::operator""ms;

TEST(ParseMillis, TakesTheUsualUnits) {
  const struct {
    const char* text;
    base::Millis wanted;
  } kCases[] = {{"500ms", 500ms}, {"2s", 2000ms},    {"1.5s", 1500ms},
                {"3m", 180000ms}, {"1h", 3600000ms}, {"0s", 0ms}};
  for (const auto& [text, wanted] : kCases) {
    const auto value = parse_millis(text, BareNumber::kRefused);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(*value, wanted) << text;
  }
}

TEST(ParseMillis, TakesABareNumberOnlyWhereItIsAllowed) {
  EXPECT_EQ(*parse_millis("250", BareNumber::kMillis), 250ms);
  const auto refused = parse_millis("2", BareNumber::kRefused);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "needs a unit: 2s or 2ms");
}

TEST(ParseMillis, RefusesWhatIsNotATime) {
  for (const char* text : {"", "s", "2x", "-1s", "1 s", "1.2.3s", "1e3s", "99999999999999999h",
                           "1.5", "2S", "nan", "inf"}) {
    EXPECT_FALSE(parse_millis(text, BareNumber::kMillis)) << text;
  }
}

TEST(ParseBytes, TakesTheUsualUnits) {
  const struct {
    const char* text;
    base::Bytes wanted;
  } kCases[] = {{"0", {0}},
                {"1024", {1024}},
                {"64K", base::kib(64)},
                {"256M", base::mib(256)},
                {"256MiB", base::mib(256)},
                {"256MB", base::mib(256)},
                {"1g", base::gib(1)},
                {"1.5G", base::mib(1536)},
                {"10B", {10}}};
  for (const auto& [text, wanted] : kCases) {
    const auto value = parse_bytes(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(value->count, wanted.count) << text;
  }
}

TEST(ParseBytes, RefusesWhatIsNotASize) {
  for (const char* text : {"", "M", "1X", "-1", "1.5", "10iB", "1MBs", "99999999999999999999",
                           "9999999999999T", " 1"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(ParseCount, TakesWholeNumbersOnly) {
  EXPECT_EQ(*parse_count("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "-1", "+1", "1 ", "0x10", "1.0", "18446744073709551616"}) {
    EXPECT_FALSE(parse_count(text)) << text;
  }
}

TEST(ShowDuration, FitsTheUnitToTheValue) {
  EXPECT_EQ(show_duration(base::Micros(800)), "0.8 ms");
  EXPECT_EQ(show_duration(base::Micros(12'300)), "12 ms");
  EXPECT_EQ(show_duration(base::Micros(1'234'000)), "1.2 s");
  EXPECT_EQ(show_duration(base::Micros(185'000'000)), "3 min 5 s");
  EXPECT_EQ(show_duration(base::Micros(7'260'000'000)), "2 h 1 min");
}

TEST(ShowBytes, FitsTheUnitToTheValue) {
  EXPECT_EQ(show_bytes({512}), "512 B");
  EXPECT_EQ(show_bytes(base::mib(1)), "1 MiB");
  EXPECT_EQ(show_bytes(base::mib(1536)), "1.5 GiB");
}

}  // namespace
}  // namespace leash::cli
