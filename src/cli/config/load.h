#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/config/settings.h"
#include "cli/config/toml_file.h"

namespace leash::cli {

/// The variables of an environment. A value, so that tests need none of their own.
using Environment = std::map<std::string, std::string, std::less<>>;

/// This process's environment.
[[nodiscard]] Environment current_environment();
/// The value of a variable; an empty one counts as not set. Null if it is not set.
[[nodiscard]] const std::string* find_variable(const Environment& environment,
                                               std::string_view name);

/// Everything from which the configuration is made, the strongest first.
struct Sources {
  GivenValues command_line;
  Environment environment;
  GivenValues file;
  bool is_root = false;  ///< Decides the default of state_dir.
};

/// By key, where its value came from: "--drain-ms", "default", …
using Origins = std::map<std::string_view, std::string>;

struct Loaded {
  Settings settings;
  Origins origins;
  std::vector<std::string> warnings;  ///< One line each.
};

/// Merges the sources: command line over environment over file over default, and checks the whole
/// (check.h). `PORT` stands for `LEASH_LISTEN=127.0.0.1:$PORT` where that is not set.
/// Paths come out absolute. Pure but for the working directory.
[[nodiscard]] base::Result<Loaded> load_settings(const Sources& sources);

/// "/var/lib/leash" for root, else "$XDG_STATE_HOME/leash" or "$HOME/.local/state/leash"; empty if
/// neither variable helps.
[[nodiscard]] std::string default_state_dir(const Environment& environment, bool is_root);

}  // namespace leash::cli
