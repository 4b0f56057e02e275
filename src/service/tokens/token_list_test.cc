#include "service/tokens/token_list.h"

#include <gtest/gtest.h>

namespace leash::service {
namespace {

TokenEntry entry(std::string name, std::string_view token, Tenant more = {.scope = Scope::kRun}) {
  more.name = std::move(name);
  return {.tenant = std::move(more),
          .hash = hash_token(token),
          .created = base::WallTime(std::chrono::seconds(1'700'000'000))};
}

std::string file(std::initializer_list<std::string> lines) {
  std::string text(kTokenFileHead);
  for (const std::string& line : lines) text += line;
  return text;
}

TEST(TokenListTest, HashIsSha256) {
  EXPECT_NE(line_to_add(entry("a", "abc"))
                .find("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            std::string::npos);
}

TEST(TokenListTest, WhatIsAddedIsReadBack) {
  const auto one = entry("one", "x", {.scope = Scope::kMetrics, .max_running = 0});
  const auto two = entry("t.w-o_2", "y", {.scope = Scope::kAdmin, .max_queued = 7});
  const auto tokens = read_tokens(file({line_to_add(one), line_to_add(two)}));
  ASSERT_TRUE(tokens) << tokens.error().message();
  EXPECT_EQ(*tokens, (std::vector{one, two}));
  EXPECT_EQ(find_token(*tokens, "y"), two.tenant);
  EXPECT_EQ(find_token(*tokens, "z"), std::nullopt);
  EXPECT_EQ(find_token({}, "x"), std::nullopt);
}

TEST(TokenListTest, TheTokenItselfIsNotInTheText) {
  EXPECT_EQ(line_to_add(entry("one", "secret-token")).find("secret"), std::string::npos);
}

TEST(TokenListTest, WhatIsRemovedIsGoneAndMayComeAgain) {
  const auto older = entry("one", "x");
  const auto newer = entry("one", "y");
  const auto gone = read_tokens(file({line_to_add(older), line_to_remove("one")}));
  EXPECT_TRUE(gone->empty());
  const auto again =
      read_tokens(file({line_to_add(older), line_to_remove("one"), line_to_add(newer)}));
  EXPECT_EQ(*again, std::vector{newer});
}

TEST(TokenListTest, LineWithoutItsEndDoesNotCount) {
  const auto one = entry("one", "x");
  const std::string torn = line_to_add(entry("two", "y"));
  for (std::size_t size = 0; size < torn.size(); ++size) {
    const auto tokens = read_tokens(file({line_to_add(one), torn.substr(0, size)}));
    ASSERT_TRUE(tokens);
    EXPECT_EQ(*tokens, std::vector{one});
  }
  EXPECT_TRUE(read_tokens("")->empty());
  EXPECT_TRUE(read_tokens("leash-tok")->empty());
}

TEST(TokenListTest, WhatIsNotUnderstoodIsAnErrorWithItsLine) {
  for (const std::string line : {"add one\n", "add one run 00 1 - -\n", "what\n", "\n", "remove\n",
                                 "add admin run 0 1 - -\n"}) {
    const auto tokens = read_tokens(file({line_to_remove("x"), line}));
    ASSERT_FALSE(tokens) << line;
    EXPECT_NE(tokens.error().message().find("line 3"), std::string::npos);
  }
  std::string line = line_to_add(entry("one", "x"));
  line.replace(line.find(" run "), 5, " all ");
  EXPECT_FALSE(read_tokens(file({line})));
  const std::string hash(64, '0');
  for (const std::string_view created : {"-1", "17070000000", "9223372036854775807", "1e9"}) {
    EXPECT_FALSE(read_tokens(file({"add one run " + hash + " " + std::string(created) + " - -\n"})))
        << created;
  }
  EXPECT_FALSE(read_tokens("leash-tokens 2\n"));
}

TEST(TokenListTest, Names) {
  EXPECT_TRUE(is_tenant_name("ci-1"));
  EXPECT_TRUE(is_tenant_name(std::string(64, 'a')));
  for (const std::string& bad : {std::string(65, 'a'), std::string("a b"), std::string(),
                                 std::string("admin"), std::string("ä"), std::string("a\n")}) {
    EXPECT_FALSE(is_tenant_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace leash::service
