#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/spec.h"
#include "runtimes/descriptor.h"
#include "service/run_request.h"

namespace leash::service {

inline constexpr std::size_t kMaxFiles = 256;

/// What is wrong with the path of a job's file, or nothing. A good one is relative, UTF-8, without
/// NUL, backslash, empty, "." or ".." parts, at most 255 bytes a part and 4,000 in all. Pure.
[[nodiscard]] std::optional<std::string> path_problem(std::string_view path);

/// A job's files, with the one that is run.
struct JobSources {
  std::vector<run::SourceFile> files;
  std::string entry;
};

/// Makes them from a request's `code` or `files` and `entry`, of which it takes the contents. Pure.
[[nodiscard]] Checked<JobSources> check_files(RunRequest& request,
                                              const runtimes::Descriptor& language);

/// Bytes that a sandbox's disk must have for these files: whole pages, as tmpfs counts them, and as
/// it has about one inode a page, not fewer pages than there are files and folders.
[[nodiscard]] base::Bytes size_on_disk(const std::vector<run::SourceFile>& files);

}  // namespace leash::service
