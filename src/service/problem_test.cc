#include "service/problem.h"

#include <gtest/gtest.h>

#include <set>

namespace leash::service {
namespace {

TEST(ProblemTest, EveryCodeHasItsOwnNameATitleAndAnErrorStatus) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ProblemCode::kUnavailable); ++i) {
    const auto code = static_cast<ProblemCode>(i);
    EXPECT_TRUE(names.insert(to_string(code)).second) << to_string(code);
    EXPECT_FALSE(title(code).empty());
    EXPECT_GE(http_status(code), 400);
    EXPECT_LT(http_status(code), 600);
  }
}

TEST(ProblemTest, StatusesAreThoseOfTheContract) {
  EXPECT_EQ(http_status(ProblemCode::kInvalidJson), 400);
  EXPECT_EQ(http_status(ProblemCode::kUnknownField), 422);
  EXPECT_EQ(http_status(ProblemCode::kUnknownLanguage), 422);
  EXPECT_EQ(http_status(ProblemCode::kTooLarge), 413);
  EXPECT_EQ(http_status(ProblemCode::kTooMany), 429);
  EXPECT_EQ(http_status(ProblemCode::kUnavailable), 503);
  EXPECT_EQ(to_string(ProblemCode::kLimitTooHigh), "limit_too_high");
}

}  // namespace
}  // namespace leash::service
