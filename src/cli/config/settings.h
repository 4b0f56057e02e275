#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace leash::cli {

/// The server's configuration: every value an operator can set, with its default. A plain value.
struct Settings {
  std::vector<std::string> listen{"127.0.0.1:3002"};
  std::string state_dir;  ///< The default depends on who starts it; see default_state_dir().
  std::string profile = "prod";
  bool no_auth = false;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  base::Bytes body_limit = base::mib(1);
  std::string half_close = "abort";
  std::optional<std::uint64_t> max_running;  ///< None: from memory and cores.
  std::uint64_t max_queued = 1024;
  std::optional<std::uint64_t> ready_slots;  ///< None: the spawner decides.
  std::vector<std::string> python_preload;   ///< Names of modules.
  base::Millis queue_wait{60'000};
  base::Millis stop_confirm{3'000};
  base::Millis slow_client{30'000};
  base::Millis drain{10'000};
  base::Millis write_margin{5'000};
  base::Millis keepalive{15'000};
  base::Millis ticket{30'000};
  base::Bytes retain_output = base::mib(8);
  base::Millis retain_time{3'600'000};
  base::Bytes retain_total = base::gib(1);
  base::Millis abandoned{300'000};
  base::Bytes compile_cache = base::mib(256);
  base::Millis max_wall{300'000};
  base::Bytes max_memory = base::gib(2);
  base::Bytes max_output = base::gib(4);
  std::uint64_t max_tasks = 512;
  base::Bytes max_disk = base::gib(1);
  base::Millis execution_timeout{300'000};  ///< If it is not set: that of the profile.
  std::vector<std::string> flow_modules;    ///< Folders.
  bool flow_console = false;
  base::Millis sharppad_wall{3'600'000};
  std::string log_level = "info";

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Where in Settings a value lives; its type decides how it is written and read.
using Field =
    std::variant<std::string Settings::*, std::vector<std::string> Settings::*, bool Settings::*,
                 std::uint64_t Settings::*, std::optional<std::uint64_t> Settings::*,
                 base::Millis Settings::*, base::Bytes Settings::*>;

/// One line of the table from which command line options, keys of leash.toml, environment
/// variables, `leash config check` and the help text all come.
struct Setting {
  std::string_view key;  ///< In leash.toml; the option and the variable are derived from it.
  Field field;
  std::string_view group;        ///< What it is about: a heading of the help text.
  std::string_view placeholder;  ///< What stands for its value in the help text.
  std::string_view help;
  std::uint64_t minimum = 0;
  std::uint64_t maximum = std::numeric_limits<std::uint64_t>::max();
  std::vector<std::string_view> choices{};  ///< For a text that is one of these.

  [[nodiscard]] std::string option() const;    ///< "--max-running"
  [[nodiscard]] std::string variable() const;  ///< "LEASH_MAX_RUNNING"
  [[nodiscard]] bool is_flag() const { return std::holds_alternative<bool Settings::*>(field); }
  [[nodiscard]] bool is_list() const {
    return std::holds_alternative<std::vector<std::string> Settings::*>(field);
  }
};

/// The table, in the order in which it is shown.
[[nodiscard]] std::span<const Setting> setting_table();
/// Null if there is no such key.
[[nodiscard]] const Setting* find_setting(std::string_view key);

/// Reads a value as it stands on a command line into its place: one text, or for a list any number.
/// The error's detail says what the value must be.
[[nodiscard]] base::Result<void> assign(Settings& settings, const Setting& setting,
                                        const std::vector<std::string>& texts);
/// A list as it stands in one variable: "a,b".
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);
/// The value as texts that assign() takes back.
[[nodiscard]] std::vector<std::string> texts_of(const Settings& settings, const Setting& setting);
/// The value for people: "10000 (10.0 s)", "automatic", "none".
[[nodiscard]] std::string show_value(const Settings& settings, const Setting& setting);

}  // namespace leash::cli
