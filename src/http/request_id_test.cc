#include "http/request_id.h"

#include <gtest/gtest.h>

namespace leash::http {
namespace {

TEST(RequestId, EchoesACleanOneAndReplacesOthers) {
  EXPECT_EQ(request_id("a-B_9.z"), "a-B_9.z");
  EXPECT_EQ(request_id(std::string(128, 'a')), std::string(128, 'a'));
  for (const std::string sent : {"Root=1-6789", "a:b", "!\"{}\\~"})
    EXPECT_EQ(request_id(sent), sent);
  for (const std::string& sent :
       {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a\r\nX: y"),
        std::string("a\x7f"), std::string("a\tb"), std::string("a\0b", 3),
        std::string("\xc3\xa9")}) {
    EXPECT_EQ(request_id(sent).size(), 18U);
  }
  EXPECT_NE(request_id(""), request_id(""));
}

}  // namespace
}  // namespace leash::http
