#include "cli/client/run_list.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace leash::cli {
namespace {

TEST(ShowRuns, GivesEachRunALine) {
  const auto runs = boost::json::parse(R"([
    {"id":"r_2","key":"tab","language":"python","state":"running","status":null,"cause":null,
     "created_at":"2026-01-01T00:00:58.000Z","timing":{"run_ms":0.0}},
    {"id":"r_1","key":null,"language":"c","state":"finished","status":"failed","cause":"exit",
     "exit_code":3,"created_at":"2026-01-01T00:00:00.000Z","timing":{"run_ms":1.25}},
    {"id":"r_0","key":null,"language":"c","state":"finished","status":"cancelled","cause":"stop",
     "exit_code":null,"created_at":"?"}])");
  const auto now = parse_wall_time("2026-01-01T00:01:00.500Z");
  ASSERT_TRUE(now);
  EXPECT_EQ(show_runs(runs.as_array(), *now),
            "ID   LANGUAGE  STATE     RESULT            KEY  AGE        RAN\n"
            "r_2  python    running                     tab  2.5 s\n"
            "r_1  c         finished  failed (3)             1 min 1 s  1.2 ms\n"
            "r_0  c         finished  cancelled (stop)\n");
}

TEST(ParseWallTime, ReadsWhatTheServerWrites) {
  const auto time = parse_wall_time("2026-01-31T23:59:58.123Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(base::format_wall_time(*time), "2026-01-31T23:59:58.123Z");
  EXPECT_FALSE(parse_wall_time("yesterday"));
  EXPECT_FALSE(parse_wall_time("2026-13-01T00:00:00.000Z"));
}

}  // namespace
}  // namespace leash::cli
