#include "base/utf8.h"

#include <gtest/gtest.h>

namespace leash::base {
namespace {

using std::string_literals::operator""s;

TEST(Utf8Test, AcceptsEveryLengthAndNul) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\0b"s));
  EXPECT_TRUE(is_utf8("\xC3\xA9 \xE4\xB8\xAD \xF0\x9F\x98\x80"));
}

TEST(Utf8Test, RefusesOverlongSurrogateAndTooLarge) {
  EXPECT_FALSE(is_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_utf8("\xE0\x80\xAF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("abc\xE4\xB8"));
}

TEST(Utf8Test, TailIsTheBeginningOfACharacter) {
  EXPECT_EQ(incomplete_utf8_tail("abc"), 0U);
  EXPECT_EQ(incomplete_utf8_tail("abc\xE4"), 1U);
  EXPECT_EQ(incomplete_utf8_tail("abc\xE4\xB8"), 2U);
  EXPECT_EQ(incomplete_utf8_tail("\xF0\x9F\x98"), 3U);
  EXPECT_EQ(incomplete_utf8_tail("\xE4\xB8\xAD"), 0U);
}

TEST(Utf8Test, TailThatCannotBecomeACharacterIsNotHeldBack) {
  EXPECT_EQ(incomplete_utf8_tail("abc\xFF"), 0U);
  EXPECT_EQ(incomplete_utf8_tail("abc\x80\x80\x80\x80"), 0U);
  EXPECT_EQ(incomplete_utf8_tail("\xED\xA0"), 0U);
}

TEST(Utf8Test, SplittingAnywhereAndHoldingTheTailBackKeepsEveryPieceWellFormed) {
  const std::string text = "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string first = text.substr(0, cut);
    const std::size_t tail = incomplete_utf8_tail(first);
    EXPECT_TRUE(is_utf8(first.substr(0, cut - tail))) << cut;
    EXPECT_TRUE(is_utf8(text.substr(cut - tail))) << cut;
  }
}

TEST(Utf8Test, LossyReplacesEachMaximalSubpart) {
  EXPECT_EQ(to_lossy_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(to_lossy_utf8("\xE4\xB8z"), "\xEF\xBF\xBDz");
  EXPECT_EQ(to_lossy_utf8("\xC3\xA9"), "\xC3\xA9");
  EXPECT_TRUE(is_utf8(to_lossy_utf8("\xF0\x80\x80\xED\xA0\x80\xC3")));
}

}  // namespace
}  // namespace leash::base
