#include "http/target.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

using Segments = std::vector<std::string>;

TEST(Target, TakesPathAndQueryApart) {
  const auto target = parse_target("/v1/runs/r_1?async=true&x=a%20b+c&eof&state=");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (Segments{"v1", "runs", "r_1"}));
  EXPECT_EQ(target->path, "/v1/runs/r_1");
  EXPECT_EQ(target->parameter("async"), "true");
  EXPECT_EQ(target->parameter("x"), "a b c");
  EXPECT_EQ(target->parameter("eof"), "");
  EXPECT_EQ(target->parameter("state"), "");
  EXPECT_EQ(target->parameter("none"), std::nullopt);
}

TEST(Target, NormalisesNothing) {
  EXPECT_EQ(parse_target("/")->segments, (Segments{""}));
  EXPECT_EQ(parse_target("//v1")->segments, (Segments{"", "v1"}));
  EXPECT_EQ(parse_target("/v1/")->segments, (Segments{"v1", ""}));
  EXPECT_EQ(parse_target("/a/%2e%2e/b")->segments, (Segments{"a", "..", "b"}));
  EXPECT_EQ(parse_target("/a%2fb")->segments, (Segments{"a/b"}));
  EXPECT_EQ(parse_target("/%252e")->segments, (Segments{"%2e"}));
}

TEST(Target, TakesQueriesAsBrowsersSendThem) {
  const auto target = parse_target(R"(/a?x[]=2&y="|`{}\^<>&x[]=%5B)");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->parameter("x[]"), "2");
  EXPECT_EQ(target->parameter("y"), R"("|`{}\^<>)");
}

TEST(Target, ANulIsNeverDecoded) {
  EXPECT_EQ(parse_target("/v1/runs/%00")->segments, (Segments{"v1", "runs", "%00"}));
  EXPECT_EQ(parse_target("/a%2fb%00/%41")->segments, (Segments{"a%2fb%00", "A"}));
}

TEST(Target, RefusesWhatIsMalformed) {
  for (const std::string_view text :
       {"", "v1", "/%", "/%z0", "/?a=%00", "/?a=%4", "/a#b", "/\xff", "/a b", "*", "/[", "/|",
        "/?a b", "/?a#b", "/?\x7f", "/?\t", "/?\xc3\xa9"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

}  // namespace
}  // namespace leash::http
