#include "sandbox/launch.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGCHLD

#include "base/scope_guard.h"
#include "sandbox/child/init.h"
#include "sandbox/child/raw.h"
#include "sys/file.h"
#include "sys/socket_pair.h"

namespace leash::sandbox {
namespace {

constexpr std::uint64_t kNamespaces =
    CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

/// clone3 as fork: the child goes on with a copy of the memory, and never returns from here.
base::Result<sys::PidFd> clone_init(const ChildPlan& plan, int leaf) {
  int pidfd = -1;
  clone_args args{};
  args.flags = kNamespaces | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  if (leaf >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(leaf);
  }
  const long pid = raw::call(SYS_clone3, raw::address(&args), sizeof args);
  if (pid == 0) run_init(plan);
  if (pid < 0) {
    errno = static_cast<int>(-pid);
    return base::system_error("clone3");
  }
  return sys::PidFd(sys::UniqueFd(pidfd));
}

}  // namespace

base::Result<Slot> launch_slot(const LaunchContext& context, const std::string& name, uid_t uid,
                               bool probe) {
  auto leaf = CgroupLeaf::create(*context.cgroups, name);
  if (!leaf) return leaf.error();
  base::ScopeGuard remove_leaf([&] { static_cast<void>(leaf->remove()); });
  auto attach = leaf->open_attach_files();
  if (!attach) return attach.error();
  if (!context.born_in_leaf && leaf->v2() >= 0) {
    auto file = sys::open_at(leaf->v2(), "cgroup.procs", O_WRONLY);
    if (!file) return file.error();
    attach->push_back(std::move(*file));
  }
  auto handles = leaf->open_handles();
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
                       .root = context.root.c_str(),
                       .uid = uid,
                       .filter = context.filter.data(),
                       .filter_size = static_cast<std::uint16_t>(context.filter.size()),
                       .languages = context.languages.data(),
                       .language_count = context.languages.size(),
                       .probe = probe};
  auto init = clone_init(plan, context.born_in_leaf ? leaf->v2() : -1);
  if (!init) return init.error();
  remove_leaf.dismiss();
  return Slot{.name = name,
              .uid = uid,
              .leaf = std::move(*leaf),
              .handles = std::move(*handles),
              .box = std::move(*box),
              .init = std::move(*init),
              .control = std::move(control->first),
              .status = std::move(status->first),
              .stdin_fd = std::move(in->write_end),
              .stdout_fd = std::move(out->read_end),
              .stderr_fd = std::move(err->read_end)};
}

}  // namespace leash::sandbox
