#include "cli/config/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/config/check.h"
#include "cli/config/spelling.h"
#include "cli/text/units.h"

namespace leash::cli {
namespace {

/// Variables that are ours but no settings.
constexpr std::array<std::string_view, 4> kOtherVariables = {"LEASH_TOKEN", "LEASH_URL",
                                                             "LEASH_CONFIG", "LEASH_BIN"};

/// The vendor's own name for the timeout of its calls.
constexpr std::string_view kExecutionTimeout = "EXECUTION_TIMEOUT_MS";

base::Millis profile_timeout(std::string_view profile) {
  if (profile == "dev") return base::Millis(30'000);
  if (profile == "test") return base::Millis(10'000);
  return base::Millis(300'000);
}

base::Result<std::optional<GivenValue>> from_environment(const Environment& environment,
                                                         const Setting& setting) {
  const std::string name = setting.variable();
  if (const std::string* text = find_variable(environment, name)) {
    return std::optional(GivenValue{
        .texts = setting.is_list() ? split_list(*text) : std::vector{*text}, .origin = name});
  }
  if (setting.key == "execution_timeout_ms") {
    const std::string* time = find_variable(environment, kExecutionTimeout);
    if (time == nullptr) return std::optional<GivenValue>();
    return std::optional(GivenValue{.texts = {*time}, .origin = std::string(kExecutionTimeout)});
  }
  const std::string* port = find_variable(environment, "PORT");
  if (setting.key != "listen" || port == nullptr) return std::optional<GivenValue>();
  const auto number = parse_count(*port);
  if (!number || *number > 65535) {
    return base::plain_error("read", "PORT", fmt::format("must be a port, not '{}'", *port));
  }
  return std::optional(GivenValue{.texts = {"127.0.0.1:" + *port}, .origin = "PORT"});
}

/// "; did you mean LEASH_MAX_RUNNING?", if one is near.
std::string likely(std::string_view variable) {
  std::string key(variable.substr(std::string_view("LEASH_").size()));
  for (char& c : key) c = (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  const Setting* nearest = nearest_setting(key);
  return nearest == nullptr ? "" : fmt::format("; did you mean {}?", nearest->variable());
}

std::vector<std::string> unknown_variables(const Environment& environment) {
  std::vector<std::string> warnings;
  for (auto it = environment.lower_bound("LEASH_");
       it != environment.end() && it->first.starts_with("LEASH_"); ++it) {
    const auto is_it = [&](const Setting& setting) { return setting.variable() == it->first; };
    const auto table = setting_table();
    if (std::any_of(table.begin(), table.end(), is_it) ||
        std::find(kOtherVariables.begin(), kOtherVariables.end(), it->first) !=
            kOtherVariables.end()) {
      continue;
    }
    warnings.push_back(
        fmt::format("unknown variable {}, ignoring{}", it->first, likely(it->first)));
  }
  return warnings;
}

}  // namespace

Environment current_environment() {
  Environment environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

const std::string* find_variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() || found->second.empty() ? nullptr : &found->second;
}

base::Result<Loaded> load_settings(const Sources& sources) {
  Loaded loaded;
  loaded.settings.state_dir = default_state_dir(sources.environment, sources.is_root);
  loaded.warnings = unknown_variables(sources.environment);
  for (const Setting& setting : setting_table()) {
    std::optional<GivenValue> given;
    if (const auto option = sources.command_line.find(setting.key);
        option != sources.command_line.end()) {
      given = option->second;
    } else {
      auto variable = from_environment(sources.environment, setting);
      if (!variable) return variable.error();
      given = std::move(*variable);
      const auto key = sources.file.find(setting.key);
      if (!given && key != sources.file.end()) given = key->second;
    }
    loaded.origins[setting.key] = given ? given->origin : "default";
    if (!given) continue;
    if (const auto done = assign(loaded.settings, setting, given->texts); !done) {
      return base::plain_error("read", given->origin,
                               fmt::format("{} {}", setting.key, done.error().detail));
    }
  }
  if (loaded.origins["execution_timeout_ms"] == "default") {
    loaded.settings.execution_timeout = profile_timeout(loaded.settings.profile);
  }
  if (auto checked = check_whole(loaded.settings, loaded.origins); !checked) return checked.error();
  return loaded;
}

std::string default_state_dir(const Environment& environment, bool is_root) {
  if (is_root) return "/var/lib/leash";
  const std::string* state = find_variable(environment, "XDG_STATE_HOME");
  if (state != nullptr && state->starts_with('/')) return *state + "/leash";
  const std::string* home = find_variable(environment, "HOME");
  return home == nullptr ? "" : *home + "/.local/state/leash";
}

}  // namespace leash::cli
