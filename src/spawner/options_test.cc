#include "spawner/options.h"

#include <gtest/gtest.h>

namespace leash::spawner {
namespace {

TEST(OptionsTest, ServerAndHelperForms) {
  const auto server =
      parse_options({"--state-dir", "/s", "--resources", "/r", "--http-program", "/p",
                     "--http-config-fd", "5", "--ready-slots", "9", "--remove-at-exit", "/x.sock",
                     "--python-preload", "json", "--python-preload", "xml.dom"});
  ASSERT_TRUE(server.has_value());
  EXPECT_EQ(server->http_config_fd, 5);
  EXPECT_EQ(server->ready_slots, 9);
  EXPECT_EQ(server->remove_at_exit, std::vector<std::string>{"/x.sock"});
  EXPECT_EQ(server->python_preload, (std::vector<std::string>{"json", "xml.dom"}));
  const auto helper = parse_options({"--state-dir", "/s", "--resources", "/r", "--client-fd", "3"});
  ASSERT_TRUE(helper.has_value());
  EXPECT_EQ(helper->client_fd, 3);
}

TEST(OptionsTest, MistakesAreNamed) {
  EXPECT_EQ(parse_options({"--colour", "red"}).error().object, "--colour");
  EXPECT_EQ(parse_options({"--state-dir"}).error().detail, "it needs a value");
  EXPECT_EQ(parse_options({"--ready-slots", "many"}).error().detail, "not a number");
  EXPECT_EQ(parse_options({}).error().object, "--state-dir");
  EXPECT_FALSE(parse_options({"--state-dir", "/s", "--resources", "/r"}).has_value());
  EXPECT_FALSE(parse_options({"--state-dir", "/s", "--resources", "/r", "--http-program", "/p",
                              "--http-config-fd", "5", "--client-fd", "3"})
                   .has_value());
}

TEST(OptionsTest, ALayerIsLeftOutInABuildForThatOnly) {
  const std::vector<std::string> plain = {"--state-dir", "/s",          "--resources",
                                          "/r",          "--client-fd", "3"};
  const auto with = [&](const char* option, const char* value) {
    std::vector<std::string> arguments = plain;
    arguments.insert(arguments.end(), {option, value});
    return parse_options(arguments);
  };
  EXPECT_TRUE(parse_options(plain)->layers.has(sandbox::Layer::kSeccomp));
  for (const char* option : {"--without-layer", "--serve-without-layer"}) {
    EXPECT_EQ(with(option, "seccomp").has_value(), sandbox::kNegativeControls);
    EXPECT_FALSE(with(option, "no such layer").has_value());
  }
  if (!sandbox::kNegativeControls) return;
  const auto without = with("--serve-without-layer", "seccomp");
  EXPECT_TRUE(without->tolerant);
  EXPECT_FALSE(without->layers.has(sandbox::Layer::kSeccomp));
  EXPECT_TRUE(without->layers.has(sandbox::Layer::kKill));
  EXPECT_FALSE(with("--without-layer", "seccomp")->tolerant);
}

}  // namespace
}  // namespace leash::spawner
