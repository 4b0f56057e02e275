#include "base/ascii.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leash::base {
namespace {

TEST(AsciiTest, CaseOfLettersDoesNotMatterAndNothingElseIsFolded) {
  EXPECT_TRUE(iequals("", ""));
  EXPECT_TRUE(iequals("Content-Length", "cONTENT-lENGTH"));
  EXPECT_TRUE(iequals("\xc3\xa4", "\xc3\xa4"));
  EXPECT_FALSE(iequals("host", "hosts"));
  EXPECT_FALSE(iequals("hosts", "host"));
  EXPECT_FALSE(iequals("[", "{"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_FALSE(iequals("\xc3\xa4", "\xc3\x84"));
  EXPECT_FALSE(iequals(std::string_view("a\0b", 3), "a"));
}

TEST(AsciiTest, NothingBehindTheEndIsRead) {
  // On the heap, so that AddressSanitizer sees a byte too far.
  const std::vector<char> one{'j', 's', 'O', 'n'};
  const std::vector<char> other{'j', 's', 'o', 'N'};
  EXPECT_TRUE(iequals({one.data(), one.size()}, {other.data(), other.size()}));
}

}  // namespace
}  // namespace leash::base
