#include "sandbox/cgroup/instance.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>

#include "sys/file.h"

namespace leash::sandbox {
namespace {

/// Runs together get as much CPU as a quarter of one ordinary process group when it is scarce, so
/// that 64 spinners do not starve the server (shares default to 1024, weights to 100).
constexpr std::string_view kLowShares = "256";
constexpr std::string_view kLowWeight = "25";
constexpr std::string_view kServerLeaf = "server";

base::Result<sys::UniqueFd> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    base::Error error = base::system_error("mkdir", path);
    if (error.number == EACCES || error.number == EPERM) {
      error.detail =
          "an ordinary user needs cgroup folders of its own: systemd-run --user --scope "
          "-p Delegate=yes leash serve";
    }
    return error;
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
    if (entry->d_type == DT_DIR && name != "." && name != ".." && name != kServerLeaf) {
      names.emplace(name);
    }
  }
  return {};
}

/// v2: the own folder becomes an inner one. Its processes (only this one, in a delegated or
/// service folder) go to a leaf, then the controllers are passed on to the instance's folder.
base::Result<void> enable_v2_controllers(const Hierarchies& hierarchies,
                                         const std::string& folder) {
  constexpr std::string_view kControllers = "+memory +pids +cpu";
  auto own = sys::open_directory(*hierarchies.v2);
  if (!own) return own.error();
  if (!hierarchies.v2_root) {
    auto leaf = make_folder(*hierarchies.v2 + "/leash-" + std::string(kServerLeaf));
    if (!leaf) return leaf.error();
    if (auto moved = sys::write_control(leaf->get(), "cgroup.procs", "0"); !moved) return moved;
  }
  if (auto on = sys::write_control(own->get(), "cgroup.subtree_control", kControllers); !on) {
    return on;
  }
  auto inner = sys::open_directory(folder);
  if (!inner) return inner.error();
  return sys::write_control(inner->get(), "cgroup.subtree_control", kControllers);
}

}  // namespace

base::Result<CgroupInstance> CgroupInstance::open(const Hierarchies& hierarchies,
                                                  const std::string& name) {
  CgroupInstance instance;
  instance.mode_ = hierarchies.mode();
  if (instance.mode_ == CgroupMode::kNone) {
    return base::plain_error("use cgroups", "",
                             "neither cgroup v2 with memory and pids nor the v1 controllers memory "
                             "and pids are mounted and visible");
  }
  if (hierarchies.v2) {
    const std::string path = *hierarchies.v2 + "/" + name;
    auto folder = make_folder(path);
    if (!folder) return folder.error();
    instance.v2_ = std::move(*folder);
    instance.paths_.push_back(path);
  }
  if (instance.mode_ == CgroupMode::kV2) {
    if (auto on = enable_v2_controllers(hierarchies, instance.paths_.back()); !on)
      return on.error();
    if (auto low = sys::write_control(instance.v2(), "cpu.weight", kLowWeight); !low) {
      return low.error();
    }
    return instance;
  }
  for (const char* controller : {"memory", "pids", "cpu", "cpuacct"}) {
    const auto found = hierarchies.v1.find(controller);
    const bool wanted =
        instance.mode_ == CgroupMode::kV1 || std::string_view(controller) != "cpuacct";
    if (found == hierarchies.v1.end() || !wanted) continue;
    const std::string path = found->second + "/" + name;
    auto folder = make_folder(path);
    if (!folder) return folder.error();
    instance.v1_[controller] = std::move(*folder);
    instance.paths_.push_back(path);
  }
  if (const auto cpu = instance.v1_.find("cpu"); cpu != instance.v1_.end()) {
    if (auto low = sys::write_control(cpu->second.get(), "cpu.shares", kLowShares); !low) {
      return low.error();
    }
  }
  return instance;
}

base::Result<std::vector<std::string>> CgroupInstance::leaves() const {
  std::set<std::string> names;
  if (v2_.is_open()) {
    if (auto listed = list_folders(v2_.get(), names); !listed) return listed.error();
  }
  for (const auto& [controller, folder] : v1_) {
    if (auto listed = list_folders(folder.get(), names); !listed) return listed.error();
  }
  return std::vector<std::string>(names.begin(), names.end());
}

base::Result<void> CgroupInstance::remove() {
  base::Result<void> result;
  for (const std::string& path : paths_) {
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) result = base::system_error("rmdir", path);
  }
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
