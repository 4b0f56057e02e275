#include "sandbox/cgroup/placement.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "sys/file.h"

namespace leash::sandbox {
namespace {

constexpr const char* kServerLeaf = "/leash-server";
constexpr const char* kSubtree = "/cgroup.subtree_control";
/// So often is looked for processes that were forked while their parents were moved.
constexpr int kMoveRounds = 100;

/// Only the root of the tree has no type, whatever it is called in this namespace.
bool is_tree_root(const std::string& folder) {
  return ::access((folder + "/cgroup.type").c_str(), F_OK) != 0;
}

/// As /proc writes them; 0 stands for a process of a pid namespace further out.
base::Result<std::vector<std::string>> processes_in(const std::string& folder) {
  const auto list = sys::read_file(folder + "/cgroup.procs");
  if (!list) return list.error();
  std::istringstream lines(*list);
  std::vector<std::string> found;
  for (std::string pid; lines >> pid;) found.push_back(pid);
  return found;
}

/// systemd's mark on folders whose inside is not its own business.
bool is_delegated(const std::string& folder) {
  std::array<char, 8> value{};
  for (const char* name : {"trusted.delegate", "user.delegate"}) {
    if (::getxattr(folder.c_str(), name, value.data(), value.size()) == 1 && value[0] == '1') {
      return true;
    }
  }
  return false;
}

base::Result<bool> may_divide(const Hierarchies& hierarchies, const std::string& folder) {
  if (folder.ends_with(kServerLeaf)) return false;  // an earlier server has divided the one above
  if (folder == hierarchies.v2_top || is_delegated(folder)) return true;
  const auto inside = processes_in(folder);
  if (!inside) return inside.error();
  return inside->size() == 1 && inside->front() == std::to_string(::getpid());
}

base::Result<void> move_all(const std::string& from, const std::string& to) {
  for (int round = 0; round < kMoveRounds; ++round) {
    const auto inside = processes_in(from);
    if (!inside) return inside.error();
    if (inside->empty()) return {};
    for (const std::string& pid : *inside) {
      auto moved = sys::write_control(AT_FDCWD, to + "/cgroup.procs", pid);
      if (!moved && moved.error().number != ESRCH) return moved;
    }
  }
  return base::plain_error("move processes", from, "there are always new ones in it");
}

base::Result<void> divide(const std::string& folder) {
  const std::string leaf = folder + kServerLeaf;
  if (::mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) return base::system_error("mkdir", leaf);
  return move_all(folder, leaf);
}

/// The folders from the top of the tree to `folder`, both included.
std::vector<std::string> way_down(const std::string& top, const std::string& folder) {
  std::vector<std::string> way{top};
  for (std::size_t at = top.size(); at < folder.size();) {
    at = std::min(folder.find('/', at + 1), folder.size());
    way.push_back(folder.substr(0, at));
  }
  return way;
}

/// Each of `way` passes the controllers on to the next, and the last one to what is made below it.
base::Result<void> pass_controllers_on(const std::vector<std::string>& way) {
  for (const std::string& folder : way) {
    const bool last = &folder == &way.back();
    const auto on = sys::write_control(AT_FDCWD, folder + kSubtree, "+memory +pids");
    if (last && !on) {
      base::Error error = on.error();
      if (error.number == ENOENT) {
        error.detail =
            "the controllers memory and pids are not passed on to it: use a systemd unit or scope "
            "with Delegate=yes";
      }
      return error;
    }
    // Runs get less of a scarce CPU then; it is no promise, so it may be missing.
    static_cast<void>(sys::write_control(AT_FDCWD, folder + kSubtree, "+cpu"));
  }
  return {};
}

/// The nearest folder above that has no processes of its own, or the root of the tree.
base::Result<std::string> inner_folder_above(const Hierarchies& hierarchies) {
  std::string folder = *hierarchies.v2;
  while (folder.size() > hierarchies.v2_top.size()) {
    folder.resize(folder.rfind('/'));
    if (is_tree_root(folder)) return folder;
    const auto inside = processes_in(folder);
    if (!inside) return inside.error();
    if (inside->empty()) return folder;
  }
  return base::plain_error("find a cgroup folder for runs", *hierarchies.v2,
                           "this folder and all above it have processes of their own");
}

}  // namespace

base::Result<Place> place_runs(const Hierarchies& hierarchies) {
  const std::string& own = *hierarchies.v2;
  Place place{.folder = own};
  if (!is_tree_root(own)) {
    const auto own_may = may_divide(hierarchies, own);
    if (!own_may) return own_may.error();
    const auto above = *own_may ? base::Result<std::string>(own) : inner_folder_above(hierarchies);
    if (!above) return above.error();
    // A user's own folder may be all that this user has.
    place.divided = *own_may || ::access((*above + kSubtree).c_str(), W_OK) != 0;
    if (!place.divided) place.folder = *above;
  }
  if (place.divided) {
    if (auto divided = divide(own); !divided) return with_cgroup_advice(divided.error());
  }
  const auto on = pass_controllers_on(way_down(hierarchies.v2_top, place.folder));
  if (!on) return with_cgroup_advice(on.error());
  return place;
}

void undo_division(const std::string& folder) {
  // Refused while there are other folders that have controllers.
  if (!sys::write_control(AT_FDCWD, folder + kSubtree, "-memory -pids -cpu")) return;
  const std::string leaf = folder + kServerLeaf;
  if (move_all(leaf, folder)) ::rmdir(leaf.c_str());
}

base::Error with_cgroup_advice(base::Error error) {
  if (error.number == EACCES || error.number == EPERM) {
    error.detail =
        "an ordinary user needs cgroup folders of its own: systemd-run --user --scope "
        "-p Delegate=yes leash serve";
  } else if (error.number == EROFS) {
    error.detail =
        "the cgroup tree is mounted read-only here, as in most containers: start the container so "
        "that it may write its own (docker run --privileged)";
  }
  return error;
}

}  // namespace leash::sandbox
