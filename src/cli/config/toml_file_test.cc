#include "cli/config/toml_file.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

TEST(ReadToml, TakesValuesOfEveryType) {
  const auto values = read_toml(
      "listen = [\"127.0.0.1:1\", \"unix:/x\"]\n"
      "max_queued = 5\n"
      "# a comment\n"
      "drain_ms = \"2s\"\n"
      "no_auth = false\n",
      "leash.toml");
  ASSERT_TRUE(values) << values.error().message();
  EXPECT_EQ(values->at("listen").texts, (std::vector<std::string>{"127.0.0.1:1", "unix:/x"}));
  EXPECT_EQ(values->at("max_queued").texts, std::vector<std::string>{"5"});
  EXPECT_EQ(values->at("max_queued").origin, "leash.toml:2");
  EXPECT_EQ(values->at("drain_ms").texts, std::vector<std::string>{"2s"});
  EXPECT_EQ(values->at("drain_ms").origin, "leash.toml:4");
  EXPECT_EQ(values->at("no_auth").texts, std::vector<std::string>{"false"});
}

TEST(ReadToml, AnUnknownKeyIsAnErrorThatNamesItAndItsLine) {
  const auto values = read_toml("max_queued = 5\n\nmax_runing = 2\n", "leash.toml");
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().message(),
            "read 'leash.toml:3': unknown key 'max_runing'; did you mean 'max_running'?");
  const auto table = read_toml("[server]\nlisten = \"x\"\n", "leash.toml");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().message(), "read 'leash.toml:1': unknown key 'server'");
}

TEST(ReadToml, AWrongTypeIsAnErrorThatNamesItsLine) {
  const struct {
    const char* line;
    const char* detail;
  } kCases[] = {{"max_queued = \"5\"", "'max_queued' must be an integer"},
                {"max_queued = 5.5", "'max_queued' must be an integer"},
                {"no_auth = 1", "'no_auth' must be true or false"},
                {"no_auth = \"true\"", "'no_auth' must be true or false"},
                {"profile = 3", "'profile' must be a string"},
                {"drain_ms = true", "'drain_ms' must be an integer or a string"},
                {"listen = [1]", "'listen' must be an array of strings"},
                {"state_dir = [\"a\"]", "'state_dir' must be a string"}};
  for (const auto& [line, detail] : kCases) {
    const auto values = read_toml(line, "f");
    ASSERT_FALSE(values) << line;
    EXPECT_EQ(values.error().object, "f:1");
    EXPECT_EQ(values.error().detail, detail);
  }
}

TEST(ReadToml, BrokenSyntaxNamesItsLine) {
  const auto values = read_toml("max_queued = 5\nlisten = [\n", "f");
  ASSERT_FALSE(values);
  EXPECT_TRUE(values.error().object.starts_with("f:")) << values.error().object;
  EXPECT_FALSE(read_toml("max_queued = 1\nmax_queued = 2\n", "f"));
}

}  // namespace
}  // namespace leash::cli
