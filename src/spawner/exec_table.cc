#include "spawner/exec_table.h"

namespace leash::spawner {
namespace {

using Variables = std::map<std::string, std::string>;

/// What every program sees, unless its language or its job says otherwise. An allow-list: nothing
/// of the server's own environment is ever passed on.
std::vector<std::string> environment_of(const runtimes::Descriptor& language,
                                        const Variables& more = {}) {
  Variables variables = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                         {"LANG", "C.UTF-8"},
                         {"HOME", sandbox::kWorkPath},
                         {"TMPDIR", "/tmp"}};
  for (const auto& [name, value] : language.environment) variables[name] = value;
  for (const auto& [name, value] : more) variables[name] = value;
  std::vector<std::string> list;
  list.reserve(variables.size());
  for (const auto& [name, value] : variables) list.emplace_back(name).append("=").append(value);
  return list;
}

}  // namespace

ExecTable::ExecTable(const runtimes::Catalog& catalog) {
  for (const runtimes::Descriptor& language : catalog.languages()) {
    sandbox::ExecEntry entry{.run = keep(language.run),
                             .version = keep(language.version.command),
                             .environment = keep(environment_of(language)),
                             .run_prestart = keep(language.run_prestart, language)};
    if (language.compile) {
      entry.compile = keep(language.compile->command);
      entry.source_suffixes = keep(language.compile->sources);
      entry.artifacts = keep(language.compile->artifacts);
      entry.compile_prestart = keep(language.compile->prestart, language);
    }
    entries_.push_back(entry);
  }
}

const char* const* ExecTable::keep(const std::vector<std::string>& list) {
  std::vector<const char*>& pointers = lists_.emplace_back();
  for (const std::string& text : list) pointers.push_back(texts_.emplace_back(text).c_str());
  pointers.push_back(nullptr);
  return pointers.data();
}

const sandbox::PrestartEntry* ExecTable::keep(const std::optional<runtimes::Prestart>& prestart,
                                              const runtimes::Descriptor& language) {
  if (!prestart) return nullptr;
  return &prestarts_.emplace_back(
      sandbox::PrestartEntry{.command = keep(prestart->command),
                             .environment = keep(environment_of(language, prestart->environment)),
                             .start_variables = keep(prestart->start_variables)});
}

}  // namespace leash::spawner
