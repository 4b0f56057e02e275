#include "sandbox/launch.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>

#include "base/scope_guard.h"
#include "sandbox/child/clone.h"
#include "sys/file.h"
#include "sys/socket_pair.h"

namespace leash::sandbox {
namespace {

/// For a slot without limits: more than any attack is told to keep to, and no harm to the machine.
constexpr std::uint64_t kNoTasksLimit = 256;
constexpr base::Bytes kNoBytesLimit = base::mib(512);
constexpr std::uint64_t kNoInodesLimit = std::uint64_t{1} << 20;

base::Result<sys::PidFd> clone_here(const ChildPlan& plan, int leaf) {
  int pidfd = -1;
  const long pid = clone_init(plan, leaf, Parent::kCaller, pidfd);
  if (pid < 0) {
    errno = static_cast<int>(-pid);
    return base::system_error("clone3");
  }
  return sys::PidFd(sys::UniqueFd(pidfd));
}

constexpr std::chrono::seconds kClearPatience{1};

/// Of a pidfd, from Linux 6.11 on (linux/pidfd.h, which may be older than the kernel).
constexpr unsigned long kGetMountNamespace = _IO(0xFF, 3);
constexpr unsigned long kGetNetworkNamespace = _IO(0xFF, 4);

sys::UniqueFd namespace_of(const sys::PidFd& process, unsigned long which) {
  return sys::UniqueFd(::ioctl(process.fd(), which, 0));
}

/// The program may open its own pipes once more, as /dev/stdin, /dev/stdout and /dev/stderr.
base::Result<void> give_pipes(std::initializer_list<int> fds, uid_t uid) {
  for (const int fd : fds) {
    if (::fchown(fd, uid, uid) != 0) return base::system_error("fchown", "pipe");
  }
  return {};
}

/// The descriptors by which the first process attaches itself; none in a slot without a leaf.
base::Result<std::vector<sys::UniqueFd>> attach_files_of(const LaunchContext& context,
                                                         const CgroupLeaf& leaf) {
  if (!context.layers.has(Layer::kCgroup)) return std::vector<sys::UniqueFd>();
  auto files = leaf.open_attach_files();
  if (files && !context.born_in_leaf && leaf.v2() >= 0) {
    auto file = sys::open_at(leaf.v2(), "cgroup.procs", O_WRONLY);
    if (!file) return file.error();
    files->push_back(std::move(*file));
  }
  return files;
}

base::Result<LeafHandles> handles_of(const LaunchContext& context, const CgroupLeaf& leaf) {
  auto handles = leaf.open_handles();
  if (!handles) return handles;
  const auto take_away = [&](Layer layer, sys::UniqueFd& handle) -> base::Result<void> {
    if (context.layers.has(layer)) return {};
    auto nothing = sys::open_at(AT_FDCWD, "/dev/null", O_RDWR);
    if (!nothing) return nothing.error();
    handle = std::move(*nothing);
    return {};
  };
  if (auto done = take_away(Layer::kKill, handles->kill); !done) return done.error();
  if (auto done = take_away(Layer::kMemoryEvents, handles->memory_events); !done) {
    return done.error();
  }
  if (auto done = take_away(Layer::kMemoryEvents, handles->oom); !done) return done.error();
  return handles;
}

}  // namespace

base::Result<void> Slot::set_caps(const SlotCaps& caps) const {
  const bool limited = layers.has(Layer::kLimitMemory);
  if (auto set = leaf.limit_memory(limited ? caps.memory : kNoBytesLimit); !set) return set;
  if (!layers.has(Layer::kFiles)) return box.set_caps(kNoBytesLimit, kNoInodesLimit);
  return box.set_caps(caps.disk, caps.inodes);
}

base::Result<void> Slot::limit_tasks(std::uint64_t limit) const {
  return leaf.limit_tasks(layers.has(Layer::kLimitTasks) ? limit : kNoTasksLimit);
}

base::Result<void> Slot::kill_leaf() const {
  return layers.has(Layer::kKill) ? leaf.kill() : base::Result<void>();
}

void Slot::kill() const {
  static_cast<void>(kill_leaf());
  if (layers.has(Layer::kKill)) static_cast<void>(init.signal(SIGKILL));
}

bool Slot::is_over() const {
  if (!init.has_ended()) return false;
  const auto populated = leaf.populated();
  return populated && !*populated;
}

base::Result<void> Slot::remove() const {
  return layers.has(Layer::kRemoval) ? leaf.remove() : base::Result<void>();
}

base::Result<Slot> launch_slot(const LaunchContext& context, const std::string& name, uid_t uid,
                               const LaunchOptions& options) {
  auto leaf = CgroupLeaf::create(*context.cgroups, name);
  if (!leaf) return leaf.error();
  // A zygote that has failed may have made a process all the same.
  base::ScopeGuard remove_leaf([&] {
    if (leaf->remove()) return;
    static_cast<void>(leaf->clear(std::chrono::steady_clock::now() + kClearPatience));
  });
  auto attach = attach_files_of(context, *leaf);
  if (!attach) return attach.error();
  auto handles = handles_of(context, *leaf);
  if (!handles) return handles.error();
  auto box = Box::create(uid);
  if (!box) return box.error();
  auto control = sys::make_socket_pair();
  if (!control) return control.error();
  auto status = sys::make_socket_pair();
  if (!status) return status.error();
  auto in = sys::make_pipe();
  if (!in) return in.error();
  auto out = sys::make_pipe();
  if (!out) return out.error();
  auto err = sys::make_pipe();
  if (!err) return err.error();
  auto given = give_pipes({in->read_end.get(), out->write_end.get(), err->write_end.get()}, uid);
  if (!given) return given.error();

  sys::UniqueFd network;
  if (context.networks != nullptr && context.layers.has(Layer::kNetwork)) {
    network = context.networks->take();
  }

  std::vector<int> attach_fds;
  attach_fds.reserve(attach->size());
  for (const sys::UniqueFd& file : *attach) attach_fds.push_back(file.get());
  const ChildPlan plan{.control = control->second.get(),
                       .status = status->second.get(),
                       .stdin_fd = in->read_end.get(),
                       .stdout_fd = out->write_end.get(),
                       .stderr_fd = err->write_end.get(),
                       .attach = attach_fds.data(),
                       .attach_count = attach_fds.size(),
                       .box = box->mount_fd(),
                       .network = network.get(),
                       .root = context.root.c_str(),
                       .uid = uid,
                       .filter = context.filter.data(),
                       .filter_size = static_cast<std::uint16_t>(context.filter.size()),
                       .languages = context.languages.data(),
                       .language_count = context.languages.size(),
                       .prestart = options.prestart,
                       .layers = context.layers,
                       .probe = options.probe};
  const bool born_in_leaf = context.born_in_leaf && context.layers.has(Layer::kCgroup);
  const int home = born_in_leaf ? leaf->v2() : -1;
  auto init = options.clone ? options.clone(plan, home) : clone_here(plan, home);
  if (!init) return init.error();
  remove_leaf.dismiss();
  auto mounts = namespace_of(*init, kGetMountNamespace);
  if (!network.is_open()) network = namespace_of(*init, kGetNetworkNamespace);
  return Slot{.layers = context.layers,
              .name = name,
              .uid = uid,
              .leaf = std::move(*leaf),
              .handles = std::move(*handles),
              .box = std::move(*box),
              .init = std::move(*init),
              .mounts = std::move(mounts),
              .network = std::move(network),
              .control = std::move(control->first),
              .status = std::move(status->first),
              .stdin_fd = std::move(in->write_end),
              .stdout_fd = std::move(out->read_end),
              .stderr_fd = std::move(err->read_end)};
}

void discard(const Slot& slot) {
  static_cast<void>(slot.leaf.kill());
  static_cast<void>(slot.init.signal(SIGKILL));
  static_cast<void>(slot.init.reap());
  static_cast<void>(slot.leaf.clear(std::chrono::steady_clock::now() + kClearPatience));
}

}  // namespace leash::sandbox
