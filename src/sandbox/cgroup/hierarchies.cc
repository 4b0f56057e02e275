#include "sandbox/cgroup/hierarchies.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "sys/file.h"

namespace leash::sandbox {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// mountinfo writes space, tab, newline and backslash as \ooo.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int code = 0;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 4, code, 8).ptr ==
            text.data() + i + 4) {
      plain += static_cast<char>(code);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

struct Mount {
  std::string root;
  std::string point;
  std::string_view type;
  std::string_view options;
};

/// "31 23 0:28 ROOT POINT OPTIONS [optional…] - TYPE SOURCE SUPER"
std::optional<Mount> parse_mount(std::string_view line) {
  const std::size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  const auto left = split(line.substr(0, dash), ' ');
  const auto right = split(line.substr(dash + 3), ' ');
  if (left.size() < 6 || right.size() < 3) return std::nullopt;
  return Mount{
      .root = unescape(left[3]), .point = unescape(left[4]), .type = right[0], .options = right[2]};
}

/// The folder of cgroup `path` as seen through a mount of `root`; nothing if it lies outside.
std::optional<std::string> folder_of(const Mount& mount, std::string_view path) {
  if (mount.root != "/") {
    if (!path.starts_with(mount.root)) return std::nullopt;
    path.remove_prefix(mount.root.size());
    // "/ab" is not below "/a".
    if (!path.empty() && path.front() != '/') return std::nullopt;
  }
  std::string folder = mount.point;
  if (path != "/") folder.append(path);
  return folder;
}

/// An absolute path that stays below where it starts. One of another cgroup namespace does not:
/// "/../name".
bool is_own_path(std::string_view path) {
  return path.starts_with('/') && std::ranges::count(split(path, '/'), "..") == 0;
}

bool lists(std::string_view words, char separator, std::string_view word) {
  const auto all = split(words, separator);
  return std::ranges::find(all, word) != all.end();
}

}  // namespace

std::string_view to_string(CgroupMode mode) {
  switch (mode) {
    case CgroupMode::kV1:
      return "v1";
    case CgroupMode::kV2:
      return "v2";
    case CgroupMode::kHybrid:
      return "hybrid";
    case CgroupMode::kNone:
      break;
  }
  return "none";
}

CgroupMode Hierarchies::mode() const {
  if (v2_controllers) return CgroupMode::kV2;
  const bool limits = v1.contains("memory") && v1.contains("pids");
  if (!limits) return CgroupMode::kNone;
  return v2 ? CgroupMode::kHybrid : CgroupMode::kV1;
}

Hierarchies parse_hierarchies(std::string_view mountinfo, std::string_view own_cgroups,
                              std::string_view v2_controllers) {
  std::map<std::string, std::string, std::less<>> v1_paths;
  std::string v2_path;
  for (const std::string_view line : split(own_cgroups, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 3) continue;
    // The path may hold colons: it is all that follows the second one.
    const std::string path(line.substr(fields[0].size() + fields[1].size() + 2));
    if (!is_own_path(path)) continue;
    if (fields[0] == "0" && fields[1].empty()) v2_path = path;
    for (const std::string_view controller : split(fields[1], ',')) {
      if (!controller.empty()) v1_paths[std::string(controller)] = path;
    }
  }

  Hierarchies found;
  for (const std::string_view line : split(mountinfo, '\n')) {
    const auto mount = parse_mount(line);
    if (!mount) continue;
    if (mount->type == "cgroup2" && !found.v2 && !v2_path.empty()) {
      found.v2 = folder_of(*mount, v2_path);
      if (found.v2) found.v2_top = mount->point;
    } else if (mount->type == "cgroup") {
      for (const auto& [controller, path] : v1_paths) {
        if (!lists(mount->options, ',', controller) || found.v1.contains(controller)) continue;
        if (auto folder = folder_of(*mount, path)) found.v1[controller] = *folder;
      }
    }
  }
  while (v2_controllers.ends_with('\n')) v2_controllers.remove_suffix(1);
  found.v2_controllers =
      found.v2 && lists(v2_controllers, ' ', "memory") && lists(v2_controllers, ' ', "pids");
  return found;
}

std::string why_none(const Hierarchies& hierarchies) {
  if (!hierarchies.v1.empty()) {
    std::string missing;
    for (const char* controller : {"memory", "pids"}) {
      if (!hierarchies.v1.contains(controller)) missing += std::string(" ") + controller;
    }
    return "cgroup v1 is mounted without:" + missing +
           "; mount -t cgroup -o CONTROLLER none FOLDER, or boot with cgroup_enable=CONTROLLER";
  }
  if (hierarchies.v2) {
    return "cgroup2 at " + hierarchies.v2_top +
           " has no controllers memory and pids: boot with cgroup_enable=memory; in a container, "
           "let the host pass them on";
  }
  return "no cgroup hierarchy is mounted that this process is in: "
         "mount -t cgroup2 none /sys/fs/cgroup";
}

base::Result<Hierarchies> detect_hierarchies() {
  const auto mountinfo = sys::read_file("/proc/self/mountinfo");
  if (!mountinfo) return mountinfo.error();
  const auto own = sys::read_file("/proc/self/cgroup");
  if (!own) return own.error();
  const Hierarchies without_controllers = parse_hierarchies(*mountinfo, *own, "");
  if (!without_controllers.v2) return without_controllers;
  const auto controllers = sys::read_file(without_controllers.v2_top + "/cgroup.controllers");
  if (!controllers) return controllers.error();
  return parse_hierarchies(*mountinfo, *own, *controllers);
}

}  // namespace leash::sandbox
