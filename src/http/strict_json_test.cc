#include "http/strict_json.h"

#include <gtest/gtest.h>

#include <chrono>

namespace leash::http {
namespace {

bool parses(std::string_view text) {
  return parse_strict_json(text).has_value();
}

TEST(StrictJson, TakesWhatIsJson) {
  EXPECT_TRUE(parses(R"({"a":[1,2.5,-3,"x\u00e9",true,null,{}]})"));
  EXPECT_TRUE(parses(" {} \n"));
  EXPECT_TRUE(parses("[" + std::string(10000, ' ') + "]"));
}

TEST(StrictJson, RefusesWhatIsNot) {
  for (const std::string_view text : {"",
                                      "{",
                                      "{]",
                                      "{} x",
                                      "{}{}",
                                      "{a:1}",
                                      "{'a':1}",
                                      R"({"a":1,})",
                                      "[1,]",
                                      "NaN",
                                      "Infinity",
                                      "/*x*/{}",
                                      R"("\ud800")",
                                      R"("\udc00\ud800")",
                                      "\"\xff\"",
                                      "\"\xc0\x80\"",
                                      "\"\n\"",
                                      "01",
                                      "1e",
                                      "+1",
                                      "tru"}) {
    const auto result = parse_strict_json(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().code, service::ProblemCode::kInvalidJson) << text;
  }
}

TEST(StrictJson, RefusesANameThatIsThereTwice) {
  EXPECT_FALSE(parses(R"({"a":1,"a":1})"));
  EXPECT_FALSE(parses(R"([{"b":{"a":1,"\u0061":2}}])"));
  EXPECT_TRUE(parses(R"([{"a":1},{"a":1}])"));
}

TEST(StrictJson, BoundsDepthAndMembers) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parses(nested(64)));
  EXPECT_FALSE(parses(nested(65)));
  EXPECT_FALSE(parses(std::string(100'000, '[')));
  std::string many = "{";
  for (int i = 0; i < 50'000; ++i) {
    many += '"';
    many += std::to_string(i);
    many += "\":1,";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(parses(many + "\"x\":1}"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(StrictJson, RefusesNumbersLongerThanAnyDouble) {
  EXPECT_TRUE(parses("[0." + std::string(kMaxJsonNumber - 2, '9') + "]"));
  for (const char* start : {"0.", "0", "1.", "-0."}) {
    EXPECT_FALSE(parses(start + std::string(kMaxJsonNumber, '0'))) << start;
  }
  EXPECT_FALSE(parses("1e" + std::string(kMaxJsonNumber, '0') + "1"));
}

TEST(StrictJson, RefusesNumbersThatNoDoubleHolds) {
  for (const std::string_view number :
       {"1e309", "-1e400", "1e99999", "1e3083701", "1e99999999999"}) {
    EXPECT_FALSE(parses(number)) << number;
  }
  EXPECT_FALSE(parses(std::string(1'000'000, '9')));
  EXPECT_TRUE(parses("[1e308,-1e308,1e-99999,18446744073709551616]"));
}

}  // namespace
}  // namespace leash::http
