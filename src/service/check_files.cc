#include "service/check_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "service/check_text.h"

namespace leash::service {
namespace {

constexpr std::size_t kMaxPartLength = 255;   // NAME_MAX of Linux
constexpr std::size_t kMaxPathLength = 4000;  // PATH_MAX of Linux, with "/work/./" before it
/// So many files and folders fit on a disk beyond one for each of its pages.
constexpr std::uint64_t kFreeEntries = 32;
constexpr std::uint64_t kPage = 4096;

Problem invalid(std::string field, std::string detail) {
  return {
      .code = ProblemCode::kInvalidValue, .detail = std::move(detail), .field = std::move(field)};
}

std::optional<std::string> part_problem(std::string_view part) {
  if (part.empty()) return "it has an empty part";
  if (part == "." || part == "..") return fmt::format("it has a part '{}'", part);
  if (part.size() > kMaxPartLength) {
    return fmt::format("a part of it is longer than {} bytes", kMaxPartLength);
  }
  return std::nullopt;
}

/// A path that is used twice, or as a file and as a folder.
std::optional<Problem> find_clash(const std::vector<run::SourceFile>& files) {
  std::set<std::string_view> paths;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (paths.insert(files[i].path).second) continue;
    return invalid(fmt::format("files[{}].path", i),
                   fmt::format("the path {} is there twice", quote(files[i].path)));
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string_view path = files[i].path;
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
      if (!paths.contains(path.substr(0, slash))) continue;
      return invalid(
          fmt::format("files[{}].path", i),
          fmt::format("{} is a file and cannot be a folder as well", quote(path.substr(0, slash))));
    }
  }
  return std::nullopt;
}

Checked<JobSources> one_file(RunRequest& request, const runtimes::Descriptor& language) {
  JobSources job;
  job.entry = request.entry ? std::move(*request.entry) : language.entry;
  if (const auto problem = path_problem(job.entry)) {
    return invalid("entry",
                   fmt::format("the path {} is not allowed: {}", quote(job.entry), *problem));
  }
  job.files.push_back({.path = job.entry, .content = std::move(*request.code)});
  return job;
}

/// The file to run: the one asked for, the one with the usual name, or the only one.
Checked<std::string> choose_entry(const std::optional<std::string>& wanted,
                                  const std::vector<run::SourceFile>& files,
                                  const runtimes::Descriptor& language) {
  const std::string& name = wanted ? *wanted : language.entry;
  const auto has_name = [&](const run::SourceFile& file) { return file.path == name; };
  if (std::any_of(files.begin(), files.end(), has_name)) return name;
  if (wanted) return invalid("entry", fmt::format("{} is not one of the files", quote(name)));
  if (files.size() == 1) return files.front().path;
  return invalid("entry", fmt::format("which file is to be run? None is called {}", quote(name)));
}

Checked<JobSources> many_files(RunRequest& request, const runtimes::Descriptor& language) {
  if (request.files.size() > kMaxFiles) {
    return Problem{.code = ProblemCode::kTooLarge,
                   .detail = fmt::format("there are {} files, and at most {} are allowed",
                                         request.files.size(), kMaxFiles),
                   .field = "files"};
  }
  for (std::size_t i = 0; i < request.files.size(); ++i) {
    if (const auto problem = path_problem(request.files[i].path)) {
      return invalid(
          fmt::format("files[{}].path", i),
          fmt::format("the path {} is not allowed: {}", quote(request.files[i].path), *problem));
    }
  }
  if (auto clash = find_clash(request.files)) return std::move(*clash);
  auto entry = choose_entry(request.entry, request.files, language);
  if (!entry) return entry.error();
  return JobSources{.files = std::move(request.files), .entry = std::move(*entry)};
}

/// In their order, those below a folder stand together: a folder is new where a path begins to
/// differ from the one before it.
std::uint64_t count_folders(const std::vector<run::SourceFile>& files) {
  std::vector<std::string_view> paths;
  for (const run::SourceFile& file : files) paths.emplace_back(file.path);
  std::ranges::sort(paths);
  std::uint64_t folders = 0;
  std::string_view before;
  for (const std::string_view path : paths) {
    const auto differs = std::ranges::mismatch(path, before).in1;
    folders += static_cast<std::uint64_t>(std::count(differs, path.end(), '/'));
    before = path;
  }
  return folders;
}

}  // namespace

std::optional<std::string> path_problem(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.size() > kMaxPathLength) {
    return fmt::format("it is longer than {} bytes", kMaxPathLength);
  }
  if (path.front() == '/') return "it is not relative";
  if (path.find('\0') != std::string_view::npos) return "it holds a NUL";
  if (path.find('\\') != std::string_view::npos) return "it holds a backslash";
  if (!base::is_utf8(path)) return "it is not UTF-8";
  while (true) {
    const std::size_t slash = path.find('/');
    if (auto problem = part_problem(path.substr(0, slash))) return problem;
    if (slash == std::string_view::npos) return std::nullopt;
    path.remove_prefix(slash + 1);
  }
}

Checked<JobSources> check_files(RunRequest& request, const runtimes::Descriptor& language) {
  if (request.code && !request.files.empty()) {
    return invalid("files", "code and files exclude one another");
  }
  if (request.code) return one_file(request, language);
  if (!request.files.empty()) return many_files(request, language);
  return Problem{.code = ProblemCode::kInvalidShape,
                 .detail = "either code or at least one of files is needed",
                 .field = "code"};
}

base::Bytes size_on_disk(const std::vector<run::SourceFile>& files) {
  base::Bytes sum;
  for (const run::SourceFile& file : files) {
    sum.count += (file.content.size() + kPage - 1) / kPage * kPage;
  }
  const std::uint64_t entries = files.size() + count_folders(files);
  const std::uint64_t beyond = entries - std::min(entries, kFreeEntries);
  return {std::max(sum.count, beyond * kPage)};
}

}  // namespace leash::service
