#include "cli/client/server_address.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

TEST(ParseServer, TakesLinksAddressesAndSockets) {
  const struct {
    const char* text;
    const char* address;
    const char* token;
  } kCases[] = {
      {"http://127.0.0.1:3002", "127.0.0.1:3002", ""},
      {"http://127.0.0.1:3002/", "127.0.0.1:3002", ""},
      {"http://127.0.0.1:3002/#token=abc-_", "127.0.0.1:3002", "abc-_"},
      {"http://127.0.0.1:3002/#token=a%21b", "127.0.0.1:3002", "a!b"},
      {"http://runner.example", "runner.example:80", ""},
      {"http://[::1]/#token=t", "[::1]:80", "t"},
      {"runner.example:8080", "runner.example:8080", ""},
      {"unix:/run/leash.sock", "unix:/run/leash.sock", ""},
      {"unix:/run/leash.sock#token=t", "unix:/run/leash.sock", "t"},
  };
  for (const auto& [text, address, token] : kCases) {
    const auto server = parse_server(text);
    ASSERT_TRUE(server) << text << ": " << server.error().message();
    EXPECT_EQ(server->address.text(), address) << text;
    EXPECT_EQ(server->token, token) << text;
  }
}

TEST(ParseServer, RefusesEverythingElse) {
  for (const char* text : {"", "https://127.0.0.1:3002", "http://127.0.0.1:3002/api", "ftp://x:1",
                           "127.0.0.1", "127.0.0.1:0", "http://", "unix:",
                           "http://127.0.0.1:3002/#token=", "http://127.0.0.1:3002/#token=%2"}) {
    EXPECT_FALSE(parse_server(text)) << text;
  }
}

TEST(FindServer, TheOptionComesBeforeTheVariableAndTheDefault) {
  Environment environment;
  EXPECT_EQ(find_server("", "/none", environment)->address.text(), "127.0.0.1:3002");
  environment["LEASH_URL"] = "http://127.0.0.1:4000";
  EXPECT_EQ(find_server("", "/none", environment)->address.text(), "127.0.0.1:4000");
  EXPECT_EQ(find_server("127.0.0.1:5000", "/none", environment)->address.text(), "127.0.0.1:5000");
}

TEST(FindServer, TheTokenOfTheLinkComesBeforeTheVariable) {
  const Environment environment = {{"LEASH_TOKEN", "variable"}};
  EXPECT_EQ(find_server("", "/none", environment)->token, "variable");
  EXPECT_EQ(find_server("http://127.0.0.1:1/#token=link", "/none", environment)->token, "link");
  EXPECT_EQ(find_server("", "/none", {})->token, "");
}

TEST(PercentEncoding, GoesThereAndBack) {
  EXPECT_EQ(percent_encode("a/b c"), "a%2Fb%20c");
  EXPECT_EQ(percent_decode(percent_encode("!#é~")), "!#é~");
  EXPECT_EQ(percent_decode("%zz"), std::nullopt);
  EXPECT_EQ(percent_decode("%"), std::nullopt);
}

}  // namespace
}  // namespace leash::cli
