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

TEST(Query, AMalformedLastEventIdIsABadValue) {
  EXPECT_EQ(last_event_id("7", {}).value(), 7U);
  EXPECT_EQ(last_event_id("", *parse_target("/?last_event_id=8")).value(), 8U);
  const auto refused = last_event_id("abc", {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, service::ProblemCode::kInvalidValue);
}

TEST(Query, ChoosesTheFirstOfTheFormatsThatAreLikedBest) {
  EXPECT_EQ(accepted_stream(""), std::nullopt);
  EXPECT_EQ(accepted_stream("*/*"), std::nullopt);
  EXPECT_EQ(accepted_stream("application/json, text/event-stream"), std::nullopt);
  EXPECT_EQ(accepted_stream("text/event-stream"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("text/html, Text/Event-Stream;q=0.9"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("application/x-ndjson,text/event-stream"), EventFormat::kNdjson);
  EXPECT_EQ(accepted_stream("text/html, */*;q=0.8"), std::nullopt);
  EXPECT_EQ(accepted_stream("*/*, text/event-stream"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("application/*"), std::nullopt);
  EXPECT_EQ(accepted_stream("text/plain"), std::nullopt);
}

TEST(Query, QualitiesOfAcceptCount) {
  EXPECT_EQ(accepted_stream("text/event-stream;q=0"), std::nullopt);
  EXPECT_EQ(accepted_stream("text/event-stream ; Q=0.000"), std::nullopt);
  EXPECT_EQ(accepted_stream("application/json;q=0, text/event-stream"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("text/event-stream;q=0.1, application/json"), std::nullopt);
  EXPECT_EQ(accepted_stream("text/event-stream;q=0.1, */*"), std::nullopt);
  EXPECT_EQ(accepted_stream("application/json;q=0.5, application/x-ndjson;charset=utf-8;q=0.51"),
            EventFormat::kNdjson);
  EXPECT_EQ(accepted_stream("text/event-stream;q=0.5, application/json;q=0.500"),
            EventFormat::kSse);
  EXPECT_EQ(accepted_stream("text/event-stream;q=0, application/x-ndjson"), EventFormat::kNdjson);
  // The most specific range counts, wherever it stands.
  EXPECT_EQ(accepted_stream("text/event-stream;q=0.2, text/*;q=0.9, */*;q=0.5"), std::nullopt);
  // What is no quality is passed over.
  EXPECT_EQ(accepted_stream("text/event-stream;q=0.1234, application/json"), EventFormat::kSse);
  EXPECT_EQ(accepted_stream("text/event-stream;q=, ;;,q=0"), EventFormat::kSse);
}

}  // namespace
}  // namespace leash::http
