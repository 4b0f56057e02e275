#include "cli/config/settings.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/config/server_config.h"

namespace leash::cli {
namespace {

TEST(SettingTable, EveryKeyIsThereOnceAndSaysWhatItIsFor) {
  std::set<std::string_view> keys;
  for (const Setting& setting : setting_table()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_FALSE(setting.help.empty()) << setting.key;
    EXPECT_EQ(find_setting(setting.key), &setting);
  }
  EXPECT_EQ(find_setting("no_such_key"), nullptr);
}

TEST(SettingTable, OptionAndVariableFollowFromTheKey) {
  const Setting* setting = find_setting("max_running");
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(setting->option(), "--max-running");
  EXPECT_EQ(setting->variable(), "LEASH_MAX_RUNNING");
}

TEST(SettingTable, EveryDefaultCanBeWrittenAndReadBack) {
  Settings defaults;
  defaults.state_dir = "/var/lib/leash";
  for (const Setting& setting : setting_table()) {
    Settings read = defaults;
    const auto done = assign(read, setting, texts_of(defaults, setting));
    EXPECT_TRUE(done) << setting.key << ": " << (done ? "" : done.error().detail);
    EXPECT_EQ(read, defaults) << setting.key;
  }
}

TEST(Assign, ReadsEachTypeOfValue) {
  Settings settings;
  ASSERT_TRUE(assign(settings, *find_setting("listen"), {"127.0.0.1:1", "unix:/x"}));
  ASSERT_TRUE(assign(settings, *find_setting("drain_ms"), {"2s"}));
  ASSERT_TRUE(assign(settings, *find_setting("max_memory_bytes"), {"1G"}));
  ASSERT_TRUE(assign(settings, *find_setting("no_auth"), {"true"}));
  ASSERT_TRUE(assign(settings, *find_setting("ready_slots"), {"4"}));
  EXPECT_EQ(settings.listen, (std::vector<std::string>{"127.0.0.1:1", "unix:/x"}));
  EXPECT_EQ(settings.drain, base::Millis(2000));
  EXPECT_EQ(settings.max_memory, base::gib(1));
  EXPECT_TRUE(settings.no_auth);
  EXPECT_EQ(settings.ready_slots, 4U);
  ASSERT_TRUE(assign(settings, *find_setting("ready_slots"), {"auto"}));
  EXPECT_EQ(settings.ready_slots, std::nullopt);
}

TEST(Assign, RefusesWrongValuesAndSaysWhatIsWanted) {
  const struct {
    const char* key;
    const char* text;
    const char* detail;
  } kCases[] = {
      {"profile", "fast", "must be one of dev, test, prod, not 'fast'"},
      {"max_running", "many", "must be a whole number, not 'many'"},
      {"max_running", "0", "must be at least 1, not 0"},
      {"max_queued", "-1", "must be a whole number, not '-1'"},
      {"body_limit_bytes", "33M", "must be at most 33554432, not 34603008"},
      {"drain_ms", "soon", "must be a time such as 500ms, 2s, 3m or 1h, not 'soon'"},
      {"no_auth", "yes", "must be true or false, not 'yes'"},
      {"half_close", "", "must be one of abort, ignore, not ''"},
      {"state_dir", "", "must not be empty"},
  };
  for (const auto& [key, text, detail] : kCases) {
    Settings settings;
    const auto done = assign(settings, *find_setting(key), {text});
    ASSERT_FALSE(done) << key << " = " << text;
    EXPECT_EQ(done.error().detail, detail);
  }
}

TEST(ShowValue, IsForPeople) {
  Settings settings;
  EXPECT_EQ(show_value(settings, *find_setting("drain_ms")), "10000 (10.0 s)");
  EXPECT_EQ(show_value(settings, *find_setting("body_limit_bytes")), "1048576 (1 MiB)");
  EXPECT_EQ(show_value(settings, *find_setting("max_running")), "automatic");
  EXPECT_EQ(show_value(settings, *find_setting("allowed_hosts")), "none");
}

TEST(ServerConfig, SurvivesTheWayToTheServerProcess) {
  ServerConfig config;
  config.settings.state_dir = "/var/lib/leash";
  config.settings.listen = {"127.0.0.1:0", "unix:/run/leash.sock"};
  config.settings.allowed_hosts = {};
  config.settings.max_running = 7;
  config.settings.drain = base::Millis(123);
  config.token = "se\"cret";
  config.resources = "/usr/lib/leash";
  config.colours = true;
  const auto read = deserialize(serialize(config));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, config);
}

TEST(ServerConfig, OfAnotherVersionIsRefused) {
  std::string text = serialize(ServerConfig{});
  const std::string version = LEASH_VERSION;
  text.replace(text.find(version), version.size(), "0.0.0-other");
  EXPECT_FALSE(deserialize(text));
  for (const char* broken : {"", "[]", "{}", "{\"version\":1}"}) EXPECT_FALSE(deserialize(broken));
}

}  // namespace
}  // namespace leash::cli
