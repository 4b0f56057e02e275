#include "cli/session/limit_option.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

TEST(ReadLimits, ReadsEveryNameInOneTextOrSeveral) {
  LimitOptions options;
  ASSERT_TRUE(read_limits("wall=2s,memory=256M", options));
  ASSERT_TRUE(read_limits("cpu=500ms", options));
  ASSERT_TRUE(read_limits("idle=1m,tasks=8,output=64K,disk=1G", options));
  ASSERT_TRUE(read_limits("compile-wall=20s,compile-memory=2G", options));
  const LimitOptions wanted = {
      .limits = {{"wall_ms", 2000},
                 {"memory_bytes", 256U << 20U},
                 {"cpu_ms", 500},
                 {"idle_ms", 60'000},
                 {"tasks", 8},
                 {"output_bytes", 64U << 10U},
                 {"disk_bytes", 1U << 30U}},
      .compile_limits = {{"wall_ms", 20'000}, {"memory_bytes", std::uint64_t{2} << 30U}}};
  EXPECT_EQ(options, wanted);
}

TEST(ReadLimits, TheLastOneWins) {
  LimitOptions options;
  ASSERT_TRUE(read_limits("wall=2s,wall=3s", options));
  EXPECT_EQ(options.limits.at("wall_ms"), 3000U);
}

TEST(ReadLimits, RefusesWhatIsNoLimitAndSaysWhatIsWanted) {
  const struct {
    const char* text;
    const char* detail;
  } kCases[] = {
      {"wall", "must be NAME=VALUE, such as wall=2s"},
      {"wall=2", "needs a unit: 2s or 2ms"},
      {"memory=lots", "must be a size such as 65536, 64K, 256M or 1G"},
      {"tasks=2s", "must be a whole number"},
      {"", "must be NAME=VALUE, such as wall=2s"},
      {"wall=2s,", "must be NAME=VALUE, such as wall=2s"},
      {"speed=9",
       "there is no limit 'speed', only wall, cpu, idle, memory, tasks, output, disk, "
       "compile-wall, compile-memory"},
  };
  for (const auto& [text, detail] : kCases) {
    LimitOptions options;
    const auto read = read_limits(text, options);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().detail, detail) << text;
  }
}

}  // namespace
}  // namespace leash::cli
