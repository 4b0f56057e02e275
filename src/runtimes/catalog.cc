#include "runtimes/catalog.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "sys/file.h"

namespace leash::runtimes {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325;
constexpr std::uint64_t kFnvPrime = 0x100000001b3;

std::uint64_t fnv1a(std::uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= kFnvPrime;
  }
  return hash;
}

/// The next value of a hash over a list: the length goes in too, so that where one text ends and
/// the next begins makes a difference.
std::uint64_t add_text(std::uint64_t hash, std::string_view text) {
  return fnv1a(fnv1a(hash, std::to_string(text.size()) + ":"), text);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

base::Result<std::vector<fs::path>> language_folders(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::error_code ignored;
    if (fs::exists(entries->path() / "runtime.toml", ignored)) found.push_back(entries->path());
  }
  if (error) {
    return base::Error("list", folder.string(), error.value(), "");
  }
  std::sort(found.begin(), found.end());
  return found;
}

base::Result<Descriptor> load_language(const fs::path& folder, const std::string& text) {
  const fs::path source = folder / "runtime.toml";
  base::Result<Descriptor> language = parse_descriptor(text, source.string());
  if (!language) return language;
  if (language->id != folder.filename().string()) {
    return base::plain_error("read", source.string(), "id: must be the name of its folder");
  }
  SelfTest& test = language->selftest;
  base::Result<std::string> code = sys::read_file((folder / test.file).string());
  if (!code) return code.error();
  base::Result<std::string> expected = sys::read_file((folder / test.expected_file).string());
  if (!expected) return expected.error();
  test.code = std::move(*code);
  test.expected_output = std::move(*expected);
  return language;
}

}  // namespace

base::Result<Catalog> Catalog::make(std::vector<Descriptor> languages,
                                    const std::vector<std::string>& texts) {
  std::vector<std::size_t> order(languages.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return languages[a].id < languages[b].id; });

  Catalog catalog;
  catalog.fingerprint_ = kFnvOffset;
  for (const std::size_t i : order) {
    const std::size_t index = catalog.languages_.size();
    Descriptor& language = languages[i];
    std::vector<std::string> names = language.aliases;
    names.insert(names.begin(), language.id);
    for (const std::string& name : names) {
      const auto [place, is_new] = catalog.index_.emplace(to_lower(name), index);
      if (is_new) continue;
      const std::string& other =
          place->second == index ? language.id : catalog.languages_[place->second].id;
      return base::plain_error("load", language.id,
                               std::string("the name '")
                                   .append(name)
                                   .append("' belongs to '")
                                   .append(other)
                                   .append("' already"));
    }
    catalog.fingerprint_ = add_text(catalog.fingerprint_, language.id);
    catalog.fingerprint_ = add_text(catalog.fingerprint_, texts.at(i));
    catalog.languages_.push_back(std::move(language));
  }
  return catalog;
}

std::optional<std::size_t> Catalog::find(std::string_view id_or_alias) const {
  const auto place = index_.find(to_lower(id_or_alias));
  if (place == index_.end()) return std::nullopt;
  return place->second;
}

std::optional<std::size_t> Catalog::find_by_file(std::string_view file_name) const {
  for (std::size_t i = 0; i < languages_.size(); ++i) {
    for (const std::string& extension : languages_[i].extensions) {
      if (file_name.ends_with(extension)) return i;
    }
  }
  return std::nullopt;
}

base::Result<Catalog> load_catalog(const fs::path& folder) {
  const auto folders = language_folders(folder);
  if (!folders) return folders.error();
  if (folders->empty()) {
    return base::plain_error("load", folder.string(), "there is no language in this folder");
  }
  std::vector<Descriptor> languages;
  std::vector<std::string> texts;
  for (const fs::path& path : *folders) {
    base::Result<std::string> text = sys::read_file((path / "runtime.toml").string());
    if (!text) return text.error();
    base::Result<Descriptor> language = load_language(path, *text);
    if (!language) return language.error();
    languages.push_back(std::move(*language));
    texts.push_back(std::move(*text));
  }
  return Catalog::make(std::move(languages), texts);
}

}  // namespace leash::runtimes
