#include "service/check_text.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

TEST(CheckTextTest, Keys) {
  EXPECT_TRUE(is_key("tab-1"));
  EXPECT_TRUE(is_key("A.b_C-9"));
  EXPECT_TRUE(is_key(std::string(128, 'k')));
  for (const std::string& bad : {std::string(), std::string(129, 'k'), std::string("a b"),
                                 std::string("a/b"), std::string("ü"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(is_key(bad)) << bad;
  }
}

TEST(CheckTextTest, VariableNames) {
  EXPECT_TRUE(is_variable_name("PATH"));
  EXPECT_TRUE(is_variable_name("_x9"));
  for (const std::string& bad : {std::string(), std::string("9x"), std::string("a=b"),
                                 std::string("a-b"), std::string("a\0", 2)}) {
    EXPECT_FALSE(is_variable_name(bad)) << bad;
  }
}

TEST(CheckTextTest, LoaderVariables) {
  EXPECT_TRUE(is_loader_variable("LD_PRELOAD"));
  EXPECT_TRUE(is_loader_variable("LD_"));
  EXPECT_TRUE(is_loader_variable("GLIBC_TUNABLES"));
  EXPECT_FALSE(is_loader_variable("LDFLAGS"));
  EXPECT_FALSE(is_loader_variable("MY_LD_PRELOAD"));
}

TEST(CheckTextTest, QuotedTextIsSafeAndShort) {
  EXPECT_EQ(quote("plain text"), "'plain text'");
  EXPECT_EQ(quote("a\x1b[31m\n'\\"), "'a\\x1b[31m\\n\\x27\\x5c'");
  EXPECT_EQ(quote("\xc3\xbc"), "'\\xc3\\xbc'");
  EXPECT_EQ(quote("abcdef", 3), "'abc…'");
}

}  // namespace
}  // namespace leash::service
