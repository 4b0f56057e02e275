#include "sandbox/cgroup/leaf.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill by procs in v1 mode
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "sys/file.h"
#include "sys/pidfd.h"

namespace leash::sandbox {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr const char* kTasksLimit = "pids.max";
/// A quarter of the defaults, which are 100 and 1024.
constexpr std::string_view kPassedWeight = "25";
constexpr std::string_view kPassedShares = "256";

base::Result<sys::UniqueFd> make_leaf(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), 0755) != 0) return base::system_error("mkdir", name);
  auto folder = sys::open_directory_at(parent, name);
  if (!folder) static_cast<void>(::unlinkat(parent, name.c_str(), AT_REMOVEDIR));
  return folder;
}

base::Result<sys::UniqueFd> open_null() {
  return sys::open_at(AT_FDCWD, "/dev/null", O_RDWR);
}

/// A control file, or /dev/null where this kernel does not have it.
base::Result<sys::UniqueFd> open_or_null(int folder, const char* file, int flags) {
  if (folder < 0) return open_null();
  auto fd = sys::open_at(folder, file, flags);
  if (!fd && fd.error().number == ENOENT) return open_null();
  return fd;
}

/// v1: an eventfd that the kernel writes to when the leaf runs out of memory. Its `oom_control` is
/// open already.
base::Result<sys::UniqueFd> register_oom_event(int memory_folder, int oom_control) {
  auto event = sys::make_event_fd();
  if (!event) return event;
  const std::string line = std::to_string(event->get()) + " " + std::to_string(oom_control);
  const auto registered = sys::write_control(memory_folder, "cgroup.event_control", line);
  if (!registered) return registered.error();
  return event;
}

/// The folder has been taken away, so nobody is in it.
bool is_gone(const base::Error& error) {
  return error.number == ENOENT || error.number == ENODEV;
}

/// SIGKILL to each process that this folder lists.
base::Result<void> kill_listed(int folder) {
  auto procs = sys::read_file_at(folder, "cgroup.procs");
  if (!procs && is_gone(procs.error())) return {};
  if (!procs) return procs.error();
  for (const char* at = procs->data(); at < procs->data() + procs->size();) {
    int pid = 0;
    const auto parsed = std::from_chars(at, procs->data() + procs->size(), pid);
    if (parsed.ptr == at) break;
    if (auto process = sys::PidFd::open(pid)) static_cast<void>(process->signal(SIGKILL));
    at = parsed.ptr + 1;
  }
  return {};
}

}  // namespace

base::Result<CgroupLeaf> CgroupLeaf::create(const CgroupInstance& instance,
                                            const std::string& name) {
  CgroupLeaf leaf(instance.mode(), name);
  if (instance.v2() >= 0) {
    auto folder = make_leaf(instance.v2(), name);
    if (!folder) return folder.error();
    leaf.v2_ = std::move(*folder);
    leaf.v2_parent_ = instance.v2();
  }
  for (const V1Tree& tree : instance.v1()) {
    auto folder = make_leaf(tree.folder.get(), name);
    if (!folder) {
      const base::Error error = folder.error();
      static_cast<void>(leaf.remove());
      return error;
    }
    leaf.v1_.push_back({tree.controllers, tree.folder.get(), std::move(*folder)});
  }
  // Now, since it is needed when somebody waits for the slot. If it cannot be had, that is told
  // then.
  if (auto file = sys::open_at(leaf.pids(), kTasksLimit, O_WRONLY)) {
    leaf.tasks_limit_ = std::move(*file);
  }
  return leaf;
}

CgroupLeaf CgroupLeaf::adopt(const CgroupInstance& instance, const std::string& name) {
  CgroupLeaf leaf(instance.mode(), name);
  if (instance.v2() >= 0) {
    if (auto folder = sys::open_directory_at(instance.v2(), name)) {
      leaf.v2_ = std::move(*folder);
      leaf.v2_parent_ = instance.v2();
    }
  }
  for (const V1Tree& tree : instance.v1()) {
    if (auto folder = sys::open_directory_at(tree.folder.get(), name)) {
      leaf.v1_.push_back({tree.controllers, tree.folder.get(), std::move(*folder)});
    }
  }
  return leaf;
}

int CgroupLeaf::v1(std::string_view controller) const {
  for (const V1Folder& entry : v1_) {
    if (std::ranges::find(entry.controllers, controller) != entry.controllers.end()) {
      return entry.folder.get();
    }
  }
  return -1;
}

int CgroupLeaf::pids() const {
  return mode_ == CgroupMode::kV2 ? v2_.get() : v1("pids");
}

base::Result<std::vector<sys::UniqueFd>> CgroupLeaf::open_attach_files() const {
  std::vector<sys::UniqueFd> files;
  for (const V1Folder& entry : v1_) {
    // Not cgroup.procs: to move a process with all its threads, the kernel takes a lock against all
    // forks, for which it waits out a grace period of RCU (10 ms) while it holds that of all
    // cgroups. A thread that moves itself needs neither, and the first process has one thread.
    auto file = sys::open_at(entry.folder.get(), "tasks", O_WRONLY);
    if (!file) return file.error();
    files.push_back(std::move(*file));
  }
  return files;
}

base::Result<LeafHandles> CgroupLeaf::open_handles() const {
  const bool unified = mode_ == CgroupMode::kV2;
  const int memory = unified ? v2_.get() : v1("memory");
  const int pids = this->pids();
  const int identity = v2_.is_open() ? v2_.get() : pids;
  LeafHandles handles;
  struct Wanted {
    sys::UniqueFd* fd;
    int folder;
    const char* file;
    int flags;
  };
  const bool has_v2 = v2_.is_open();
  for (const Wanted& wanted : {
           Wanted{&handles.kill, v2_.get(), "cgroup.kill", O_WRONLY},
           Wanted{&handles.events, has_v2 ? v2_.get() : pids,
                  has_v2 ? "cgroup.events" : "pids.current", O_RDONLY},
           Wanted{&handles.procs, identity, "cgroup.procs", O_RDONLY},
           Wanted{&handles.cpu_stat, has_v2 ? v2_.get() : v1("cpuacct"),
                  has_v2 ? "cpu.stat" : "cpuacct.usage", O_RDONLY},
           Wanted{&handles.memory_peak, memory,
                  unified ? "memory.peak" : "memory.max_usage_in_bytes", O_RDONLY},
           Wanted{&handles.memory_events, memory, unified ? "memory.events" : "memory.oom_control",
                  O_RDONLY},
           Wanted{&handles.pids_events, pids, "pids.events", O_RDONLY},
           Wanted{&handles.pids_peak, pids, "pids.peak", O_RDONLY},
       }) {
    auto fd = open_or_null(wanted.folder, wanted.file, wanted.flags);
    if (!fd) return fd.error();
    *wanted.fd = std::move(*fd);
  }
  auto oom = unified ? open_null() : register_oom_event(memory, handles.memory_events.get());
  if (!oom) return oom.error();
  handles.oom = std::move(*oom);
  return handles;
}

base::Result<void> CgroupLeaf::limit_memory(base::Bytes limit) const {
  const std::string memory = std::to_string(limit.count);
  /// `harmless`: this errno is no failure.
  const auto set = [this](const char* file, const std::string& value,
                          int harmless = 0) -> base::Result<void> {
    const int folder = mode_ == CgroupMode::kV2 ? v2_.get() : v1("memory");
    auto written = sys::write_control(folder, file, value);
    if (!written && written.error().number == harmless) return {};
    return written;
  };
  if (mode_ == CgroupMode::kV2) {
    if (auto done = set("memory.max", memory); !done) return done;
    // Absent without swap accounting.
    if (auto done = set("memory.swap.max", "0", ENOENT); !done) return done;
    return set("memory.oom.group", "1");
  }
  // Memory may never be above memory + swap, which exists only where swap is accounted: to raise
  // both, that one comes first.
  const auto first = set("memory.limit_in_bytes", memory);
  if (!first && first.error().number != EINVAL) return first;
  if (auto done = set("memory.memsw.limit_in_bytes", memory, ENOENT); !done) return done;
  if (!first) {
    if (auto done = set("memory.limit_in_bytes", memory); !done) return done;
  }
  // What TCP and UDP sockets hold is not part of memory here, and counted only where it has a
  // limit.
  return set("memory.kmem.tcp.limit_in_bytes", std::to_string(base::mib(16).count), ENOENT);
}

base::Result<void> CgroupLeaf::limit_tasks(std::uint64_t limit) const {
  const std::string text = std::to_string(limit);
  return tasks_limit_.is_open() ? sys::write_control(tasks_limit_.get(), text)
                                : sys::write_control(pids(), kTasksLimit, text);
}

base::Result<std::uint64_t> CgroupLeaf::tasks() const {
  const auto text = sys::read_file_at(pids(), "pids.current");
  if (!text) return text.error();
  std::uint64_t count = 0;
  std::from_chars(text->data(), text->data() + text->size(), count);
  return count;
}

void CgroupLeaf::let_others_pass() const {
  if (mode_ == CgroupMode::kV2) {
    static_cast<void>(sys::write_control(v2_.get(), "cpu.weight", kPassedWeight));
  } else {
    static_cast<void>(sys::write_control(v1("cpu"), "cpu.shares", kPassedShares));
  }
}

base::Result<void> CgroupLeaf::kill() const {
  if (v2_.is_open()) {
    auto killed = sys::write_control(v2_.get(), "cgroup.kill", "1");
    if (killed || !is_gone(killed.error())) return killed;
  }
  // v1 alone has no kill file: signal each process that is listed. The caller repeats this until
  // populated() is false; the slot's pid namespace is the sure way.
  const int folder = v1("pids");
  return folder < 0 ? base::Result<void>() : kill_listed(folder);
}

base::Result<bool> CgroupLeaf::populated() const {
  if (v2_.is_open()) {
    const auto events = sys::read_file_at(v2_.get(), "cgroup.events");
    if (!events) {
      // Taken away already, while a folder of v1 was still busy: what died while it attached itself
      // may be in some of the hierarchies only.
      if (is_gone(events.error())) return listed_in_v1();
      return events.error();
    }
    return events->find("populated 1") != std::string::npos;
  }
  return listed_in_v1();
}

base::Result<bool> CgroupLeaf::listed_in_v1() const {
  for (const V1Folder& entry : v1_) {
    const auto procs = sys::read_file_at(entry.folder.get(), "cgroup.procs");
    if (!procs && is_gone(procs.error())) continue;
    if (!procs) return procs.error();
    if (!procs->empty()) return true;
  }
  return false;
}

base::Result<void> CgroupLeaf::remove() const {
  base::Result<void> result;
  const auto remove_one = [&](int parent) {
    if (::unlinkat(parent, name_.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
      result = base::system_error("rmdir", name_);
    }
  };
  if (v2_.is_open()) remove_one(v2_parent_);
  for (const V1Folder& entry : v1_) remove_one(entry.parent);
  return result;
}

base::Result<void> CgroupLeaf::clear(base::TimePoint deadline) const {
  while (true) {
    // Repeated, since with v1 a kill is not atomic. Who died while it attached itself may have left
    // something in some of the hierarchies only.
    if (auto killed = kill(); !killed) return killed;
    for (const V1Folder& entry : v1_) {
      if (auto killed = kill_listed(entry.folder.get()); !killed) return killed;
    }
    const auto full = populated();
    if (!full) return full.error();
    const auto listed = listed_in_v1();
    if (!listed) return listed.error();
    const bool empty = !*full && !*listed;
    // Whose last process has just ended can be busy for a moment more, in one hierarchy or another.
    auto removed = empty ? remove() : base::Result<void>();
    if (empty && (removed || removed.error().number != EBUSY)) return removed;
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= base::Duration::zero()) {
      if (!removed) return removed;
      return base::plain_error("clear a cgroup", name_, "its processes did not end");
    }
    const auto events = v2_.is_open() ? sys::open_at(v2_.get(), "cgroup.events", O_RDONLY)
                                      : base::Result<sys::UniqueFd>(sys::UniqueFd());
    if (!events && !is_gone(events.error())) return events.error();
    pollfd entry{.fd = events ? events->get() : -1, .events = POLLPRI, .revents = 0};
    const auto slice = std::min(duration_cast<milliseconds>(left), milliseconds(20));
    ::poll(&entry, 1, static_cast<int>(slice.count()) + 1);
  }
}

}  // namespace leash::sandbox
