// The kernel's texts about cgroups: mountinfo, the own cgroups, controllers, "key value" files.
// An input is the first three, separated by NUL. Names in them were chosen by other programs.
#include <algorithm>
#include <sstream>
#include <vector>

#include "fuzz/check.h"
#include "run/local/figures.h"
#include "sandbox/cgroup/hierarchies.h"

namespace {

using leash::fuzz::require;
using leash::sandbox::CgroupMode;

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The paths that /proc/self/cgroup names.
std::vector<std::string> own_paths(std::string_view text) {
  std::vector<std::string> paths;
  for (const std::string& line : lines_of(text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second != std::string::npos) paths.push_back(line.substr(second + 1));
  }
  return paths;
}

/// Some mount's root and point, without escapes, lead from one of the own paths to this folder.
bool is_reachable(const std::string& folder, std::string_view mountinfo, std::string_view own) {
  for (const std::string& line : lines_of(mountinfo)) {
    std::istringstream words(line);
    std::string id, parent, device, root, point;
    words >> id >> parent >> device >> root >> point;
    for (const std::string& path : own_paths(own)) {
      const std::string below = root == "/" ? "" : root;
      if (path != below && !path.starts_with(below + "/") && path != "/") continue;
      std::string rest = path == "/" ? "" : path.substr(below.size());
      if (rest == "/") rest.clear();  // the same folder
      if (folder == point + rest) return true;
    }
  }
  return false;
}

void check_hierarchies(std::string_view input) {
  const std::string_view mountinfo = leash::fuzz::take_until(input, '\0');
  const std::string_view own = leash::fuzz::take_until(input, '\0');
  const std::string_view controllers = leash::fuzz::take_until(input, '\0');
  const auto found = leash::sandbox::parse_hierarchies(mountinfo, own, controllers);
  require(!found.v2_controllers || found.v2, "controllers are those of a tree");
  require(found.v2_top.empty() || found.v2, "a top is that of a tree");
  switch (found.mode()) {
    case CgroupMode::kV2:
      require(found.v2.has_value(), "v2 has its tree");
      break;
    case CgroupMode::kHybrid:
      require(found.v2 && found.v1.contains("memory") && found.v1.contains("pids"), "both");
      break;
    case CgroupMode::kV1:
      require(!found.v2 && found.v1.contains("memory") && found.v1.contains("pids"), "limits");
      break;
    case CgroupMode::kNone:
      break;
  }
  // Escapes and odd white space are read in the sources' way only.
  const bool plain = mountinfo.find_first_of("\\\t\r\v\f") == std::string_view::npos &&
                     mountinfo.find("  ") == std::string_view::npos &&
                     mountinfo.find("\n ") == std::string_view::npos && !mountinfo.starts_with(' ');
  if (!plain) return;
  if (found.v2) require(is_reachable(*found.v2, mountinfo, own), "the v2 folder is the own one");
  for (const auto& [controller, folder] : found.v1) {
    require(is_reachable(folder, mountinfo, own), "a v1 folder is the own one");
  }
}

void check_figures(std::string_view text) {
  for (const std::string_view key : {"populated", "oom_kill", "usage_usec"}) {
    const auto figure = leash::run::find_figure(text, key);
    if (!figure) continue;
    const std::string line = std::string(key) + " ";
    const auto lines = lines_of(text);
    require(std::ranges::any_of(lines, [&](const auto& one) { return one.starts_with(line); }),
            "a figure has a line of its own");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input = leash::fuzz::text_of(data, size);
  check_hierarchies(input);
  check_figures(input);
  return 0;
}
