#include "cli/client/stop_answer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace leash::cli {
namespace {

StopText describe(const char* text) {
  return describe_stop(boost::json::parse(text).as_object());
}

TEST(DescribeStop, ShowsTheProof) {
  const StopText text = describe(R"({"id":"r_1","stopped":true,"state":"finished",
      "status":"cancelled","cause":"stop",
      "proof":{"processes_killed":3,"signal_us":100,"empty_us":800,"empty":true}})");
  EXPECT_EQ(text.line, "r_1: stopped: 3 processes killed, signal after 0.1 ms, empty after 0.8 ms");
  EXPECT_TRUE(text.ended);
}

TEST(DescribeStop, SaysThatARunHadEndedBefore) {
  const StopText text = describe(R"({"id":"r_1","stopped":false,"state":"finished",
      "status":"succeeded","cause":"exit",
      "proof":{"processes_killed":0,"signal_us":0,"empty_us":0,"empty":true}})");
  EXPECT_EQ(text.line, "r_1: had ended before: succeeded (exit)");
  EXPECT_TRUE(text.ended);
}

TEST(DescribeStop, DoesNotCallAnUnconfirmedStopAStop) {
  const StopText text = describe(R"({"id":"r_1","stopped":false,"state":"stopping","status":null,
      "cause":"stop","proof":{"empty":false,"remaining":2}})");
  EXPECT_EQ(text.line, "r_1: not confirmed: 2 processes are still there");
  EXPECT_FALSE(text.ended);
}

}  // namespace
}  // namespace leash::cli
