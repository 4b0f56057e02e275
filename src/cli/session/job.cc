#include "cli/session/job.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "base/utf8.h"
#include "http/json_text.h"
#include "sys/file.h"

namespace leash::cli {
namespace fs = std::filesystem;
namespace json = boost::json;
namespace {

constexpr std::size_t kMaxFiles = 256;
constexpr std::size_t kMaxBytes = 32U << 20U;

base::Error bad(const std::string& object, std::string detail) {
  return base::plain_error("read the program", object, std::move(detail));
}

base::Result<std::vector<run::SourceFile>> read_folder(const fs::path& folder) {
  std::vector<run::SourceFile> files;
  std::size_t bytes = 0;
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    if (entry->is_symlink(failed) || !entry->is_regular_file(failed)) continue;
    if (files.size() == kMaxFiles) return bad(folder, "it holds more than 256 files");
    auto content = sys::read_file(entry->path(), kMaxBytes);
    if (!content) return content.error();
    bytes += content->size();
    if (bytes > kMaxBytes) return bad(folder, "it holds more than 32 MiB");
    files.push_back({.path = entry->path().lexically_relative(folder), .content = *content});
  }
  if (failed) return bad(folder, failed.message());
  if (files.empty()) return bad(folder, "it holds no files");
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

template <typename Texts>
bool contains(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::optional<std::string> language_of(const std::string& file,
                                       const std::vector<KnownLanguage>& languages) {
  // As it is: compilers are given only the files that end exactly so.
  const std::string extension = fs::path(file).extension();
  if (extension.size() < 2) return std::nullopt;
  for (const KnownLanguage& language : languages) {
    if (contains(language.extensions, extension)) return language.id;
  }
  for (const KnownLanguage& language : languages) {
    if (contains(language.names, extension.substr(1))) return language.id;
  }
  return std::nullopt;
}

json::object numbers(const std::map<std::string, std::uint64_t>& values) {
  json::object object;
  for (const auto& [name, value] : values) object[name] = value;
  return object;
}

json::object file_object(const run::SourceFile& file) {
  if (base::is_utf8(file.content)) return {{"path", file.path}, {"content", file.content}};
  std::string encoded;
  http::append_base64(encoded, file.content);
  return {{"path", file.path}, {"content", encoded}, {"encoding", "base64"}};
}

}  // namespace

base::Result<std::vector<run::SourceFile>> read_program(const std::string& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) return read_folder(path);
  auto content = sys::read_file(path, kMaxBytes);
  if (!content) return content.error();
  return std::vector<run::SourceFile>{
      {.path = fs::path(path).filename(), .content = *std::move(content)}};
}

std::vector<KnownLanguage> known_languages(const runtimes::Catalog& catalog) {
  std::vector<KnownLanguage> languages;
  for (const runtimes::Descriptor& one : catalog.languages()) {
    KnownLanguage known{.id = one.id, .names = one.aliases, .extensions = one.extensions};
    known.names.push_back(one.id);
    languages.push_back(std::move(known));
  }
  return languages;
}

base::Result<void> complete(Job& job, const std::vector<KnownLanguage>& languages) {
  if (job.entry.empty()) {
    if (job.files.size() == 1) job.entry = job.files.front().path;
    for (const run::SourceFile& file : job.files) {
      if (fs::path(file.path).stem() == "main" && !fs::path(file.path).has_parent_path() &&
          job.entry.empty() && (!job.language.empty() || language_of(file.path, languages))) {
        job.entry = file.path;
      }
    }
    if (job.entry.empty()) return bad("", "which file is to be started? Give --entry FILE");
  } else if (std::none_of(job.files.begin(), job.files.end(),
                          [&](const auto& file) { return file.path == job.entry; })) {
    return bad(job.entry, "the entry is not among the files");
  }
  if (!job.language.empty()) return {};
  const auto language = language_of(job.entry, languages);
  if (!language) return bad(job.entry, "its name tells no language; give --language");
  job.language = *language;
  return {};
}

std::string to_json(const Job& job) {
  json::object body = {{"language", job.language}, {"entry", job.entry}};
  json::array& files = (body["files"] = json::array()).as_array();
  for (const run::SourceFile& file : job.files) files.emplace_back(file_object(file));
  if (!job.args.empty()) body["args"] = json::value_from(job.args);
  if (!job.env.empty()) {
    json::object& env = (body["env"] = json::object()).as_object();
    for (const auto& [name, value] : job.env) env[name] = value;
  }
  if (!job.limits.limits.empty()) body["limits"] = numbers(job.limits.limits);
  if (!job.limits.compile_limits.empty()) {
    body["compile_limits"] = numbers(job.limits.compile_limits);
  }
  if (!job.key.empty()) body["key"] = job.key;
  return json::serialize(body);
}

}  // namespace leash::cli
