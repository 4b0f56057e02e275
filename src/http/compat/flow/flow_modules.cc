#include "http/compat/flow/flow_modules.h"

#include <filesystem>
#include <iterator>

#include "base/utf8.h"
#include "http/json_text.h"
#include "sys/file.h"

namespace leash::http {
namespace {

namespace fs = std::filesystem;

bool is_module_file(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".js" || extension == ".cjs" || extension == ".json";
}

/// "lodash" for lodash.js and lodash/fp.js, "@a/b" for what is below @a/b.
std::string package_of(const fs::path& relative) {
  auto part = relative.begin();
  std::string name = part->string();
  if (std::next(part) == relative.end()) return part->stem().string();
  if (name.starts_with('@')) {
    name += '/';
    name += std::next(part)->string();
  }
  return name;
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

/// True if the text has this name as a string or at the beginning of one: 'lodash', "lodash/fp".
bool mentions(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if (at == 0 || end >= text.size() || !is_quote(text[at - 1])) continue;
    if (is_quote(text[end]) || text[end] == '/') return true;
  }
  return false;
}

/// True if something other than a literal is required.
bool computes_names(std::string_view code) {
  constexpr std::string_view kCall = "require";
  for (auto at = code.find(kCall); at != std::string_view::npos; at = code.find(kCall, at + 1)) {
    const auto open = code.find_first_not_of(" \t\r\n", at + kCall.size());
    if (open == std::string_view::npos || code[open] != '(') return true;
    const auto first = code.find_first_not_of(" \t\r\n", open + 1);
    if (first == std::string_view::npos || !is_quote(code[first])) return true;
    const auto last = code.find(code[first], first + 1);
    const auto after =
        last == std::string_view::npos ? last : code.find_first_not_of(" \t\r\n", last + 1);
    if (after == std::string_view::npos || code[after] != ')') return true;
  }
  return false;
}

base::Result<std::string> read_text(const fs::path& path) {
  auto text = sys::read_file(path.string());
  if (!text) return text;
  if (!base::is_utf8(*text)) return base::plain_error("read", path.string(), "it is not UTF-8");
  return text;
}

base::Result<std::vector<fs::path>> find_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    std::error_code ignored;
    if (entry->path().filename().string().starts_with('.')) {
      if (entry->is_directory(ignored)) entry.disable_recursion_pending();
    } else if (entry->is_regular_file(ignored) && is_module_file(entry->path())) {
      files.push_back(entry->path());
    }
  }
  if (failed) return base::Error("list", folder.string(), failed.value(), "");
  return files;
}

}  // namespace

base::Result<FlowModules> FlowModules::load(const std::vector<std::string>& folders) {
  FlowModules modules;
  std::vector<Text> texts;
  for (const std::string& folder : folders) {
    if (auto done = modules.read(folder, texts); !done) return done.error();
  }
  for (const auto& [package, text] : texts) {
    for (const auto& [name, other] : modules.packages_) {
      if (name != package && mentions(text, name)) modules.packages_[package].wanted.insert(name);
    }
  }
  return modules;
}

base::Result<void> FlowModules::read(const std::string& folder, std::vector<Text>& texts) {
  auto files = find_files(folder);
  if (!files) return files.error();
  for (const fs::path& path : *files) {
    auto text = read_text(path);
    if (!text) return text.error();
    total_ += text->size();
    if (total_ > kMaxTotal.count) {
      return base::plain_error("load", folder, "the modules are larger than 32 MiB");
    }
    const fs::path relative = path.lexically_relative(folder);
    const std::string name = package_of(relative);
    Package& package = packages_[name];
    if (package.folder.empty()) package.folder = folder;
    if (package.folder != folder) {
      return base::plain_error("load", path.string(),
                               "there is such a module in " + package.folder);
    }
    if (!package.members.empty()) package.members += ',';
    append_json_string_lossy(package.members, relative.generic_string());
    package.members += ':';
    append_json_string(package.members, *text);
    texts.emplace_back(name, std::move(*text));
  }
  return {};
}

std::set<std::string> FlowModules::names() const {
  std::set<std::string> names;
  for (const auto& [name, package] : packages_) names.insert(name);
  return names;
}

std::string FlowModules::bundle_for(std::string_view code) const {
  const bool all = computes_names(code);
  std::vector<std::string> open;
  for (const auto& [name, package] : packages_) {
    if (all || mentions(code, name)) open.push_back(name);
  }
  std::set<std::string> taken;
  std::string bundle = "{";
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    if (!taken.insert(name).second) continue;
    const Package& package = packages_.find(name)->second;
    if (bundle.size() > 1) bundle += ',';
    bundle += package.members;
    open.insert(open.end(), package.wanted.begin(), package.wanted.end());
  }
  bundle += '}';
  return bundle;
}

}  // namespace leash::http
