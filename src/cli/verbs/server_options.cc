#include "cli/verbs/server_options.h"

#include <fmt/format.h>

#include "sys/file.h"

namespace leash::cli {
namespace {

std::string help_of(const Setting& setting) {
  std::string help(setting.help);
  const std::string value = show_value(Settings(), setting);
  const bool says_it = help.find("default") != std::string::npos;
  if (!setting.is_flag() && !says_it && value != "none" && !value.empty()) {
    help += fmt::format(" [{}]", value);
  }
  return help;
}

void add_option(CLI::App& verb, const Setting& setting, GivenValues& given) {
  const std::string option = setting.option();
  if (setting.is_flag()) {
    verb.add_flag_function(
            option,
            [&given, &setting, option](std::int64_t count) {  // negative for --no-auth=false
              given[std::string(setting.key)] = {.texts = {count > 0 ? "true" : "false"},
                                                 .origin = option};
            },
            help_of(setting))
        ->group(std::string(setting.group));
    return;
  }
  verb.add_option_function<std::vector<std::string>>(
          option,
          [&given, &setting, option](const std::vector<std::string>& texts) {
            given[std::string(setting.key)] = {.texts = texts, .origin = option};
          },
          help_of(setting))
      ->type_name(std::string(setting.placeholder))
      ->group(std::string(setting.group))
      ->allow_extra_args(false)
      ->take_all();
}

}  // namespace

void add_server_options(CLI::App& verb, ServerOptions& options) {
  verb.add_option("--config", options.config_file,
                  "a leash.toml; each option below is a key in it (--max-running: max_running) "
                  "and an environment variable (LEASH_MAX_RUNNING)")
      ->type_name("FILE");
  for (const Setting& setting : setting_table()) add_option(verb, setting, options.given);
}

base::Result<Loaded> load(const ServerOptions& options, const Context& context) {
  Sources sources{.command_line = options.given,
                  .environment = context.environment,
                  .is_root = context.is_root};
  const std::string* variable = find_variable(context.environment, "LEASH_CONFIG");
  const std::string file =
      !options.config_file.empty() || variable == nullptr ? options.config_file : *variable;
  if (!file.empty()) {
    const auto text = sys::read_file(file, 1U << 20U);
    if (!text) return text.error();
    auto values = read_toml(*text, file);
    if (!values) return values.error();
    sources.file = *std::move(values);
  }
  return load_settings(sources);
}

}  // namespace leash::cli
