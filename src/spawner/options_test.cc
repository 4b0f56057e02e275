#include "spawner/options.h"

#include <gtest/gtest.h>

namespace leash::spawner {
namespace {

TEST(OptionsTest, ServerAndHelperForms) {
  const auto server =
      parse_options({"--state-dir", "/s", "--resources", "/r", "--http-program", "/p",
                     "--http-config-fd", "5", "--ready-slots", "9", "--remove-at-exit", "/x.sock"});
  ASSERT_TRUE(server.has_value());
  EXPECT_EQ(server->http_config_fd, 5);
  EXPECT_EQ(server->ready_slots, 9);
  EXPECT_EQ(server->remove_at_exit, std::vector<std::string>{"/x.sock"});
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

}  // namespace
}  // namespace leash::spawner
