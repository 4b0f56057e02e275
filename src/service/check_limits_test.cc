#include "service/check_limits.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

using base::Millis;

const runtimes::RunLimits kDefaults{.wall = Millis(10'000), .idle = Millis(700)};
const Maxima kMaxima{.wall = Millis(60'000), .tasks = 100, .disk = base::mib(100)};

/// "code@field", or "ok".
std::string verdict(const AskedLimits& asked) {
  const auto limits = check_limits(asked, kDefaults, kMaxima);
  if (limits) return "ok";
  return std::string(to_string(limits.error().code)) + "@" + limits.error().field;
}

TEST(CheckLimitsTest, AbsentAndNullMeanTheDefault) {
  const auto none = check_limits({}, kDefaults, kMaxima);
  const auto null =
      check_limits({{"wall_ms", std::nullopt}, {"cpu_ms", std::nullopt}}, kDefaults, kMaxima);
  ASSERT_TRUE(none && null);
  EXPECT_EQ(*none, *null);
  EXPECT_EQ(none->wall, Millis(10'000));
  EXPECT_EQ(none->cpu, std::nullopt);
  EXPECT_EQ(none->idle, Millis(700));
  EXPECT_EQ(none->memory, kDefaults.memory);
}

TEST(CheckLimitsTest, EachNameReachesItsField) {
  const auto limits = check_limits({{"wall_ms", 1},
                                    {"cpu_ms", 2},
                                    {"idle_ms", 3},
                                    {"memory_bytes", 4},
                                    {"tasks", 5},
                                    {"output_bytes", 6},
                                    {"disk_bytes", 7}},
                                   kDefaults, kMaxima);
  ASSERT_TRUE(limits);
  EXPECT_EQ(*limits, (run::Limits{.wall = Millis(1),
                                  .cpu = Millis(2),
                                  .idle = Millis(3),
                                  .memory = {4},
                                  .tasks = 5,
                                  .output = {6},
                                  .disk = {7}}));
}

TEST(CheckLimitsTest, ZeroIsNoLimit) {
  for (const char* name :
       {"wall_ms", "cpu_ms", "idle_ms", "memory_bytes", "tasks", "output_bytes", "disk_bytes"}) {
    EXPECT_EQ(verdict({{name, 0}}), std::string("invalid_value@limits.") + name);
  }
}

TEST(CheckLimitsTest, MaximumIsAllowedAndOneMoreIsNot) {
  const std::map<std::string, std::uint64_t> maxima = {{"wall_ms", 60'000},
                                                       {"cpu_ms", 6'000'000},
                                                       {"idle_ms", 60'000},
                                                       {"memory_bytes", kMaxima.memory.count},
                                                       {"tasks", 100},
                                                       {"output_bytes", kMaxima.output.count},
                                                       {"disk_bytes", base::mib(100).count}};
  for (const auto& [name, maximum] : maxima) {
    EXPECT_EQ(verdict({{name, maximum}}), "ok") << name;
    EXPECT_EQ(verdict({{name, maximum + 1}}), "limit_too_high@limits." + name);
    EXPECT_EQ(verdict({{name, UINT64_MAX}}), "limit_too_high@limits." + name);
  }
}

TEST(CheckLimitsTest, UnknownNameIsAnErrorEvenIfNull) {
  EXPECT_EQ(verdict({{"wall", 1}}), "unknown_field@limits.wall");
  EXPECT_EQ(verdict({{"wall", std::nullopt}}), "unknown_field@limits.wall");
}

TEST(CheckLimitsTest, DefaultsYieldToALowerMaximum) {
  const Maxima low{.wall = Millis(5), .memory = {9}};
  const auto limits = check_limits({}, kDefaults, low);
  ASSERT_TRUE(limits);
  EXPECT_EQ(limits->wall, Millis(5));
  EXPECT_EQ(limits->memory, base::Bytes{9});
  const auto compile = check_compile_limits({}, {}, low);
  ASSERT_TRUE(compile);
  EXPECT_EQ(compile->wall, Millis(5));
  EXPECT_EQ(compile->memory, base::Bytes{9});
}

TEST(CheckLimitsTest, CompileLimits) {
  const auto limits =
      check_compile_limits({{"wall_ms", 8}, {"memory_bytes", std::nullopt}}, {}, kMaxima);
  ASSERT_TRUE(limits);
  EXPECT_EQ(*limits, run::CompileLimits{.wall = Millis(8)});
  const auto high = check_compile_limits({{"wall_ms", 60'001}}, {}, kMaxima);
  ASSERT_FALSE(high);
  EXPECT_EQ(high.error().field, "compile_limits.wall_ms");
  const auto unknown = check_compile_limits({{"tasks", 1}}, {}, kMaxima);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ProblemCode::kUnknownField);
}

}  // namespace
}  // namespace leash::service
