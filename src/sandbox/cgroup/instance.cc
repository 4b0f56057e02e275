#include "sandbox/cgroup/instance.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>

#include "sandbox/cgroup/placement.h"
#include "sys/file.h"

namespace leash::sandbox {
namespace {

/// Runs together get as much CPU as a quarter of one ordinary process group when it is scarce, so
/// that 64 spinners do not starve the server (shares default to 1024, weights to 100).
constexpr std::string_view kLowShares = "256";
constexpr std::string_view kLowWeight = "25";

base::Result<sys::UniqueFd> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return with_cgroup_advice(base::system_error("mkdir", path));
  }
  return sys::open_directory(path);
}

base::Result<void> list_folders(int directory, std::set<std::string>& names) {
  auto copy = sys::open_directory_at(directory, ".");
  if (!copy) return copy.error();
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy->get()), ::closedir);
  if (!stream) return base::system_error("fdopendir");
  static_cast<void>(copy->release());  // the stream closes it
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") {
      names.emplace(name);
    }
  }
  return {};
}

}  // namespace

base::Result<CgroupInstance> CgroupInstance::open(const Hierarchies& hierarchies,
                                                  const std::string& name) {
  CgroupInstance instance;
  instance.mode_ = hierarchies.mode();
  if (instance.mode_ == CgroupMode::kNone) {
    return base::plain_error("use cgroups", "", why_none(hierarchies));
  }
  if (hierarchies.v2) {
    std::string base = *hierarchies.v2;
    if (instance.mode_ == CgroupMode::kV2) {
      auto place = place_runs(hierarchies);
      if (!place) return place.error();
      base = place->folder;
      if (place->divided) instance.divided_ = base;
    }
    const std::string path = base + "/" + name;
    auto folder = make_folder(path);
    if (!folder) return folder.error();
    instance.v2_ = std::move(*folder);
    instance.paths_.push_back(path);
  }
  if (instance.mode_ == CgroupMode::kV2) {
    const int own = instance.v2();
    if (auto on = sys::write_control(own, "cgroup.subtree_control", "+memory +pids"); !on) {
      return with_cgroup_advice(on.error());
    }
    instance.low_cpu_ = sys::write_control(own, "cpu.weight", kLowWeight).has_value() &&
                        sys::write_control(own, "cgroup.subtree_control", "+cpu").has_value();
    return instance;
  }
  for (const char* controller : {"memory", "pids", "cpu", "cpuacct"}) {
    const auto found = hierarchies.v1.find(controller);
    const bool wanted =
        instance.mode_ == CgroupMode::kV1 || std::string_view(controller) != "cpuacct";
    if (found == hierarchies.v1.end() || !wanted) continue;
    const std::string path = found->second + "/" + name;
    const auto same = std::ranges::find(instance.v1_, path, &V1Tree::path);
    if (same != instance.v1_.end()) {
      same->controllers.emplace_back(controller);
      continue;
    }
    auto folder = make_folder(path);
    if (!folder) return folder.error();
    instance.v1_.push_back({{controller}, path, std::move(*folder)});
    instance.paths_.push_back(path);
  }
  for (const V1Tree& tree : instance.v1_) {
    if (std::ranges::find(tree.controllers, "cpu") == tree.controllers.end()) continue;
    if (auto low = sys::write_control(tree.folder.get(), "cpu.shares", kLowShares); !low) {
      return with_cgroup_advice(low.error());
    }
    instance.low_cpu_ = true;
  }
  return instance;
}

base::Result<std::vector<std::string>> CgroupInstance::leaves() const {
  std::set<std::string> names;
  if (v2_.is_open()) {
    if (auto listed = list_folders(v2_.get(), names); !listed) return listed.error();
  }
  for (const V1Tree& tree : v1_) {
    if (auto listed = list_folders(tree.folder.get(), names); !listed) return listed.error();
  }
  return std::vector<std::string>(names.begin(), names.end());
}

base::Result<void> CgroupInstance::remove() {
  base::Result<void> result;
  for (const std::string& path : paths_) {
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) result = base::system_error("rmdir", path);
  }
  if (!divided_.empty()) undo_division(divided_);
  return result;
}

base::Result<std::string> instance_name(int state_dir) {
  struct stat info {};
  if (::fstat(state_dir, &info) != 0) return base::system_error("fstat", "state directory");
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const std::uint64_t number :
       {static_cast<std::uint64_t>(info.st_dev), static_cast<std::uint64_t>(info.st_ino)}) {
    for (int shift = 0; shift < 64; shift += 8) {
      hash = (hash ^ ((number >> shift) & 0xFF)) * 1099511628211U;
    }
  }
  return fmt::format("leash-{:012x}", hash & 0xFFFFFFFFFFFFU);
}

}  // namespace leash::sandbox
