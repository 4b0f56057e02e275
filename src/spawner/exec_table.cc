#include "spawner/exec_table.h"

namespace leash::spawner {
namespace {

/// What every program sees, unless its language or its job says otherwise. An allow-list: nothing
/// of the server's own environment is ever passed on.
std::vector<std::string> environment_of(const runtimes::Descriptor& language) {
  std::map<std::string, std::string> variables = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                                  {"LANG", "C.UTF-8"},
                                                  {"HOME", sandbox::kWorkPath},
                                                  {"TMPDIR", "/tmp"}};
  for (const auto& [name, value] : language.environment) variables[name] = value;
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
                             .environment = keep(environment_of(language))};
    if (language.compile) {
      entry.compile = keep(language.compile->command);
      entry.source_suffixes = keep(language.compile->sources);
      entry.artifacts = keep(language.compile->artifacts);
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

}  // namespace leash::spawner
