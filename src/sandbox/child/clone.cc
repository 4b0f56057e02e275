#include "sandbox/child/clone.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGCHLD

#include "sandbox/child/clone_in_place.h"
#include "sandbox/child/init.h"
#include "sandbox/child/raw.h"

namespace leash::sandbox {
namespace {

/// The cgroup namespace comes later, from inside the leaf.
std::uint64_t namespaces_of(const ChildPlan& plan) {
  const LayerSet layers = plan.layers;
  std::uint64_t flags = CLONE_NEWNS;
  if (layers.has(Layer::kNamespaces)) flags |= CLONE_NEWIPC | CLONE_NEWUTS;
  if (layers.has(Layer::kProcesses)) flags |= CLONE_NEWPID;
  if (layers.has(Layer::kNetwork) && plan.network < 0) flags |= CLONE_NEWNET;
  return flags;
}

}  // namespace

long clone_init(const ChildPlan& plan, int leaf, Parent parent, int& pidfd) {
  clone_args args{};
  args.flags = namespaces_of(plan) | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  if (parent == Parent::kParentOfCaller) {
    args.flags |= CLONE_PARENT;  // the exit signal is the caller's own then
  } else {
    args.exit_signal = SIGCHLD;
  }
  if (leaf >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(leaf);
  }
  const bool borrows_memory = plan.warm != nullptr;
  if (borrows_memory) args.flags |= CLONE_VM | CLONE_VFORK;
  const long pid = borrows_memory
                       ? leash_clone_in_place(SYS_clone3, raw::address(&args), sizeof args)
                       : raw::call(SYS_clone3, raw::address(&args), sizeof args);
  if (pid == 0) run_init(plan);
  return pid;
}

}  // namespace leash::sandbox
