// Files that an operator writes and leash reads: runtime.toml, leash.toml, the list of tokens.
#include <set>

#include "cli/config/load.h"
#include "fuzz/check.h"
#include "runtimes/descriptor.h"
#include "service/tokens/token_list.h"

namespace {

using leash::fuzz::require;

void check_descriptor(std::string_view text) {
  const auto language = leash::runtimes::parse_descriptor(text, "runtime.toml");
  if (!language) {
    require(language.error().message().find("runtime.toml") != std::string::npos, "named");
    return;
  }
  const auto is_program = [](const leash::runtimes::Command& command) {
    return !command.empty() && (command[0].starts_with("/") || command[0].starts_with("./"));
  };
  require(!language->id.empty() && !language->entry.empty(), "it has a name and an entry");
  require(is_program(language->run) && is_program(language->version.command), "absolute programs");
  require(!language->compile || is_program(language->compile->command), "of every step");
  require(language->limits.wall.count() > 0 && language->limits.memory.count > 0, "limits");
  for (const std::string& mount : language->mounts) require(mount.starts_with("/"), "mounts");
}

void check_settings(std::string_view text) {
  const auto given = leash::cli::read_toml(text, "leash.toml");
  if (!given) return;
  for (const auto& [key, value] : *given)
    require(leash::cli::find_setting(key) != nullptr, "known");
  const auto loaded = leash::cli::load_settings(
      {.command_line = {}, .environment = {{"HOME", "/home/x"}}, .file = *given, .is_root = false});
  if (!loaded) return;
  for (const auto& setting : leash::cli::setting_table()) {
    leash::cli::Settings again = loaded->settings;
    const auto texts = leash::cli::texts_of(again, setting);
    static_cast<void>(leash::cli::show_value(again, setting));
    if (texts.empty() && !setting.is_list()) continue;  // not set
    require(leash::cli::assign(again, setting, texts).has_value(), "a value can be given again");
    require(again == loaded->settings, "and is the same");
  }
}

void check_tokens(std::string_view text) {
  const auto entries =
      leash::service::read_tokens(std::string(leash::service::kTokenFileHead).append(text));
  if (!entries) return;
  std::string again(leash::service::kTokenFileHead);
  std::set<std::string> names;
  for (const auto& entry : *entries) {
    require(leash::service::is_tenant_name(entry.tenant.name), "names are names");
    require(names.insert(entry.tenant.name).second, "each is there once");
    again += leash::service::line_to_add(entry);
  }
  const auto read = leash::service::read_tokens(again);
  require(read && *read == *entries, "what was read can be written and read again");
  require(!leash::service::find_token(*entries, "guess"), "no file makes a guess right");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = leash::fuzz::text_of(data, std::min<std::size_t>(size, 4096));
  check_descriptor(text);
  check_settings(text);
  check_tokens(text);
  return 0;
}
