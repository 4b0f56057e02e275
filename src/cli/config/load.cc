#include "cli/config/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "cli/config/address.h"
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

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    parts.emplace_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
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
    warnings.push_back(fmt::format("unknown variable {}, ignoring", it->first));
  }
  return warnings;
}

/// "json", "xml.dom": what `import` takes.
bool is_module_name(std::string_view name) {
  bool at_start = true;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool is_digit = c >= '0' && c <= '9';
    if (c == '.' ? at_start : !is_letter && (at_start || !is_digit)) return false;
    at_start = c == '.';
  }
  return !at_start;
}

/// Separate names, of which some may have been given as "json,re".
base::Result<std::vector<std::string>> module_names(const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    for (std::string& name : split_list(text)) {
      if (!is_module_name(name)) {
        return base::plain_error(
            "read", "python_preload",
            fmt::format("python_preload must hold names of modules, such as json, not '{}'", name));
      }
      names.push_back(std::move(name));
    }
  }
  return names;
}

/// What no single value shows to be wrong; also makes paths absolute.
base::Result<void> check_whole(Loaded& loaded) {
  Settings& settings = loaded.settings;
  const auto wrong = [&](std::string_view key, std::string detail) {
    return base::plain_error("read", loaded.origins[key], std::move(detail));
  };
  if (settings.state_dir.empty()) {
    return wrong("state_dir",
                 "no state_dir: give --state-dir (neither HOME nor XDG_STATE_HOME set)");
  }
  std::error_code failed;
  settings.state_dir = std::filesystem::absolute(settings.state_dir, failed).lexically_normal();
  if (failed) return wrong("state_dir", failed.message());
  if (loaded.origins["execution_timeout_ms"] == "default") {
    settings.execution_timeout = profile_timeout(settings.profile);
  }
  for (std::string& folder : settings.flow_modules) {
    folder = std::filesystem::absolute(folder, failed).lexically_normal();
    if (failed) return wrong("flow_modules", failed.message());
  }
  auto modules = module_names(settings.python_preload);
  if (!modules) return wrong("python_preload", modules.error().detail);
  settings.python_preload = *std::move(modules);
  if (settings.listen.empty()) return wrong("listen", "listen must name at least one address");
  for (std::string& text : settings.listen) {
    auto address = parse_address(text);
    if (!address) return wrong("listen", address.error().detail);
    if (settings.no_auth && !address->is_local()) {
      return wrong("no_auth",
                   fmt::format("no_auth needs every address to be loopback or a unix socket, "
                               "and '{}' is not",
                               text));
    }
    if (address->is_unix()) address->path = std::filesystem::absolute(address->path, failed);
    if (failed) return wrong("listen", failed.message());
    text = address->text();
    if (const auto again = parse_address(text); !again)
      return wrong("listen", again.error().detail);
  }
  return {};
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
  if (auto checked = check_whole(loaded); !checked) return checked.error();
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
