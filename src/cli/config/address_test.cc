#include "cli/config/address.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

TEST(ParseAddress, ReadsWhatTextWrites) {
  for (const char* text :
       {"127.0.0.1:3002", "0.0.0.0:0", "[::1]:3002", "localhost:80", "unix:/run/leash.sock"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  EXPECT_EQ(parse_address("[::1]:3002")->host, "::1");
  EXPECT_TRUE(parse_address("unix:/x")->is_unix());
}

TEST(ParseAddress, RefusesEverythingElse) {
  for (const std::string& text :
       {std::string(), std::string("3002"), std::string(":3002"), std::string("127.0.0.1"),
        std::string("127.0.0.1:"), std::string("127.0.0.1:65536"), std::string("::1:3002"),
        std::string("a b:1"), std::string("http://127.0.0.1:3002"), std::string("unix:"),
        "unix:/" + std::string(200, 'x'), std::string("[]:1"), std::string("[zz]:1"),
        std::string("300.1.1.1:1"), std::string("1:1"), std::string("*:1"), std::string("a..b:1"),
        std::string("-:b:1")}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

}  // namespace
}  // namespace leash::cli
