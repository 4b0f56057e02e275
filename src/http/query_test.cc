#include "http/query.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

TEST(Query, ReadsParametersStrictly) {
  const Target target = *parse_target("/?a=true&b=0&c&d=yes&n=25&m=-1&big=999999999999999999999");
  EXPECT_TRUE(bool_parameter(target, "a").value());
  EXPECT_FALSE(bool_parameter(target, "b").value());
  EXPECT_TRUE(bool_parameter(target, "c").value());
  EXPECT_FALSE(bool_parameter(target, "none").value());
  EXPECT_EQ(bool_parameter(target, "d").error().field, "d");
  EXPECT_EQ(number_parameter(target, "n", 1, 25).value(), 25U);
  EXPECT_EQ(number_parameter(target, "none", 7, 25).value(), 7U);
  for (const char* name : {"n", "m", "big", "c"}) {
    EXPECT_FALSE(number_parameter(target, name, 1, 24).has_value()) << name;
  }
}

TEST(Query, ChoosesTheFirstKnownFormat) {
  EXPECT_EQ(accepted_stream(""), std::nullopt);
  EXPECT_EQ(accepted_stream("*/*"), std::nullopt);
  EXPECT_EQ(accepted_stream("application/json, text/event-stream"), std::nullopt);
  EXPECT_EQ(accepted_stream("text/event-stream"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("text/html, Text/Event-Stream;q=0.9"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("application/x-ndjson,text/event-stream"), EventFormat::kNdjson);
}

}  // namespace
}  // namespace leash::http
