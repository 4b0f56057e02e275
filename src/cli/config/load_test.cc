#include "cli/config/load.h"

#include <gtest/gtest.h>

namespace leash::cli {
namespace {

GivenValue given(std::vector<std::string> texts, std::string origin) {
  return {.texts = std::move(texts), .origin = std::move(origin)};
}

Sources root() {
  return {.is_root = true};
}

TEST(LoadSettings, WithoutAnySourceTheDefaultsHold) {
  const auto loaded = load_settings(root());
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->settings.listen, std::vector<std::string>{"127.0.0.1:3002"});
  EXPECT_EQ(loaded->settings.state_dir, "/var/lib/leash");
  EXPECT_EQ(loaded->origins.at("drain_ms"), "default");
}

TEST(LoadSettings, TheStrongerSourceWins) {
  Sources sources = root();
  sources.file = {{"drain_ms", given({"1"}, "leash.toml:1")},
                  {"max_queued", given({"1"}, "leash.toml:2")},
                  {"max_tasks", given({"1"}, "leash.toml:3")}};
  sources.environment = {{"LEASH_DRAIN_MS", "2"}, {"LEASH_MAX_QUEUED", "2"}};
  sources.command_line = {{"drain_ms", given({"3"}, "--drain-ms")}};
  const auto loaded = load_settings(sources);
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->settings.drain, base::Millis(3));
  EXPECT_EQ(loaded->settings.max_queued, 2U);
  EXPECT_EQ(loaded->settings.max_tasks, 1U);
  EXPECT_EQ(loaded->origins.at("drain_ms"), "--drain-ms");
  EXPECT_EQ(loaded->origins.at("max_queued"), "LEASH_MAX_QUEUED");
  EXPECT_EQ(loaded->origins.at("max_tasks"), "leash.toml:3");
}

TEST(LoadSettings, ModulesAreNamesAndMayBeOneList) {
  Sources sources = root();
  sources.environment = {{"LEASH_PYTHON_PRELOAD", "json,re"}};
  EXPECT_EQ(load_settings(sources)->settings.python_preload,
            (std::vector<std::string>{"json", "re"}));
  sources.command_line = {{"python_preload", given({"a._b1,c", "d"}, "--python-preload")}};
  EXPECT_EQ(load_settings(sources)->settings.python_preload,
            (std::vector<std::string>{"a._b1", "c", "d"}));
  for (const char* bad : {"1a", "a.", ".a", "a..b", "a b", "-a", "a;b", "json,", "\xc3\xa9"}) {
    sources.command_line = {{"python_preload", given({bad}, "--python-preload")}};
    const auto loaded = load_settings(sources);
    ASSERT_FALSE(loaded) << bad;
    EXPECT_EQ(loaded.error().object, "--python-preload");
    EXPECT_NE(loaded.error().detail.find("names of modules"), std::string::npos);
  }
}

TEST(LoadSettings, PortStandsForTheListenAddressUnlessThatIsGiven) {
  Sources sources = root();
  sources.environment = {{"PORT", "4000"}};
  sources.file = {{"listen", given({"127.0.0.1:1"}, "leash.toml:1")}};
  EXPECT_EQ(load_settings(sources)->settings.listen, std::vector<std::string>{"127.0.0.1:4000"});
  sources.environment["LEASH_LISTEN"] = "127.0.0.1:5000,unix:/run/leash.sock";
  EXPECT_EQ(load_settings(sources)->settings.listen,
            (std::vector<std::string>{"127.0.0.1:5000", "unix:/run/leash.sock"}));
  sources.command_line = {{"listen", given({"[::1]:6000"}, "--listen")}};
  EXPECT_EQ(load_settings(sources)->settings.listen, std::vector<std::string>{"[::1]:6000"});
}

TEST(LoadSettings, R43_TheTimeoutIsTheProfilesUnlessItIsSet) {
  Sources sources = root();
  EXPECT_EQ(load_settings(sources)->settings.execution_timeout, base::Millis(300'000));
  sources.command_line = {{"profile", given({"dev"}, "--profile")}};
  EXPECT_EQ(load_settings(sources)->settings.execution_timeout, base::Millis(30'000));
  sources.command_line = {{"profile", given({"test"}, "--profile")}};
  EXPECT_EQ(load_settings(sources)->settings.execution_timeout, base::Millis(10'000));
  sources.environment = {{"EXECUTION_TIMEOUT_MS", "3000"}};
  const auto loaded = load_settings(sources);
  EXPECT_EQ(loaded->settings.execution_timeout, base::Millis(3'000));
  EXPECT_EQ(loaded->origins.at("execution_timeout_ms"), "EXECUTION_TIMEOUT_MS");
  sources.environment["LEASH_EXECUTION_TIMEOUT_MS"] = "4s";
  EXPECT_EQ(load_settings(sources)->settings.execution_timeout, base::Millis(4'000));
  sources.environment["LEASH_EXECUTION_TIMEOUT_MS"] = "soon";
  EXPECT_FALSE(load_settings(sources));
}

TEST(LoadSettings, AWrongValueNamesItsSource) {
  Sources sources = root();
  sources.environment = {{"LEASH_MAX_QUEUED", "lots"}};
  const auto loaded = load_settings(sources);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().object, "LEASH_MAX_QUEUED");
  EXPECT_EQ(loaded.error().detail, "max_queued must be a whole number, not 'lots'");
  sources.environment = {{"PORT", "99999"}};
  EXPECT_FALSE(load_settings(sources));
}

TEST(LoadSettings, AnEmptyVariableIsNotSet) {
  Sources sources = root();
  sources.environment = {{"LEASH_MAX_QUEUED", ""}, {"PORT", ""}};
  const auto loaded = load_settings(sources);
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->settings.max_queued, 1024U);
}

TEST(LoadSettings, AnUnknownVariableOfOursIsReported) {
  Sources sources = root();
  sources.environment = {{"LEASH_MAX_RUNING", "3"}, {"LEASH_TOKEN", "x"}, {"OTHER", "x"}};
  EXPECT_EQ(load_settings(sources)->warnings,
            std::vector<std::string>{
                "unknown variable LEASH_MAX_RUNING, ignoring; did you mean LEASH_MAX_RUNNING?"});
  sources.environment = {{"LEASH_SOMETHING_ELSE", "3"}};
  EXPECT_EQ(load_settings(sources)->warnings,
            std::vector<std::string>{"unknown variable LEASH_SOMETHING_ELSE, ignoring"});
}

/// Which of the texts are taken as the only value of a setting.
std::vector<std::string> taken(const std::string& key, const std::vector<std::string>& texts) {
  std::vector<std::string> good;
  for (const std::string& text : texts) {
    Sources sources = root();
    sources.command_line = {{key, given({text}, "--it")}};
    const auto loaded = load_settings(sources);
    if (loaded) {
      good.push_back(text);
    } else {
      EXPECT_EQ(loaded.error().object, "--it") << text;
    }
  }
  return good;
}

TEST(LoadSettings, HostsAndOriginsAreWhatABrowserSends) {
  const std::vector<std::string> hosts = {"leash.example", "leash.example:8443", "10.0.0.7",
                                          "[::1]:80",      "[fe80::1]",          "my_host-1"};
  EXPECT_EQ(taken("allowed_hosts", hosts), hosts);
  EXPECT_EQ(taken("allowed_hosts", {"", "*", "*.example", "http://leash.example", "leash.example/",
                                    "a b", "a..b", "10.0.0.700", "::1", "unix", "a:x"}),
            std::vector<std::string>{"unix"});
  const std::vector<std::string> origins = {"https://leash.example", "http://localhost:8080",
                                            "http://[::1]:80", "tauri://localhost", "null"};
  EXPECT_EQ(taken("allowed_origins", origins), origins);
  EXPECT_EQ(taken("allowed_origins", {"*", "leash.example", "https://leash.example/", "https://",
                                      "://x", "https://*.example", "https://a/b", "NULL"}),
            std::vector<std::string>{});
}

TEST(LoadSettings, NoAuthIsOnlyForAddressesThatNobodyElseReaches) {
  const struct {
    std::vector<std::string> listen;
    bool allowed;
  } kCases[] = {
      {{"127.0.0.1:3002"}, true},
      {{"127.9.9.9:1", "[::1]:2"}, true},
      {{"localhost:3002"}, true},
      {{"unix:/run/leash.sock"}, true},
      {{"0.0.0.0:3002"}, false},
      {{"[::]:3002"}, false},
      {{"192.168.1.5:3002"}, false},
      {{"unix:/x", "10.0.0.1:1"}, false},
      {{"localhost.evil.example:1"}, false},
  };
  for (const auto& [listen, allowed] : kCases) {
    Sources sources = root();
    sources.command_line = {{"listen", given(listen, "--listen")},
                            {"no_auth", given({"true"}, "--no-auth")}};
    EXPECT_EQ(load_settings(sources).has_value(), allowed) << listen.back();
  }
}

TEST(LoadSettings, PathsComeOutAbsolute) {
  Sources sources = root();
  sources.command_line = {{"listen", given({"unix:leash.sock"}, "--listen")},
                          {"state_dir", given({"state/../here"}, "--state-dir")}};
  const auto loaded = load_settings(sources);
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_TRUE(loaded->settings.listen.at(0).starts_with("unix:/"));
  EXPECT_TRUE(loaded->settings.state_dir.starts_with('/'));
  EXPECT_TRUE(loaded->settings.state_dir.ends_with("/here"));
}

TEST(DefaultStateDir, DependsOnWhoStartsIt) {
  EXPECT_EQ(default_state_dir({{"HOME", "/home/ann"}}, true), "/var/lib/leash");
  EXPECT_EQ(default_state_dir({{"HOME", "/home/ann"}}, false), "/home/ann/.local/state/leash");
  EXPECT_EQ(default_state_dir({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}}, false), "/s/leash");
  EXPECT_EQ(default_state_dir({{"HOME", "/h"}, {"XDG_STATE_HOME", "rel"}}, false),
            "/h/.local/state/leash");
  EXPECT_EQ(default_state_dir({}, false), "");
  EXPECT_FALSE(load_settings({}));
}

}  // namespace
}  // namespace leash::cli
