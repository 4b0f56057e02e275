#include "spawner/sweeper.h"

#include "base/tell.h"
#include "sandbox/cgroup/leaf.h"

namespace leash::spawner {

Sweeper::Sweeper(boost::asio::io_context& loop, const sandbox::CgroupInstance& cgroups,
                 base::Duration interval, std::function<bool(const std::string& leaf)> is_known)
    : cgroups_(cgroups), interval_(interval), is_known_(std::move(is_known)), timer_(loop) {
  wait();
}

void Sweeper::wait() {
  timer_.after(interval_, [this] {
    sweep();
    wait();
  });
}

void Sweeper::sweep() {
  const auto names = cgroups_.leaves();
  if (!names) {
    base::tell("leash: {}\n", names.error().message());
    return;
  }
  for (const std::string& name : *names) {
    if (is_known_(name)) continue;
    const sandbox::CgroupLeaf leaf = sandbox::CgroupLeaf::adopt(cgroups_, name);
    auto done = leaf.kill();
    const auto populated = leaf.populated();
    if (done && populated && !*populated) done = leaf.remove();
    base::tell("leash: {}, which belongs to no run, was killed{}\n", name,
               done ? "" : ": " + done.error().message());
  }
}

}  // namespace leash::spawner
