#include "spawner/reclaim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/time.h>

#include <cerrno>
#include <csignal>

#include "base/scope_guard.h"
#include "sandbox/cgroup/leaf.h"
#include "sys/file.h"

namespace leash::spawner {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

void on_alarm(int) {}

}  // namespace

base::Result<sys::UniqueFd> lock_state_dir(int state_dir, base::Duration patience) {
  auto lock = sys::open_at(state_dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!lock) return lock.error();
  // The alarm's only work is to end the blocking call.
  struct sigaction action {};
  action.sa_handler = on_alarm;
  struct sigaction before {};
  ::sigaction(SIGALRM, &action, &before);
  const auto us = duration_cast<microseconds>(patience).count();
  const itimerval timer{.it_interval = {.tv_sec = 0, .tv_usec = 50'000},
                        .it_value = {.tv_sec = us / 1'000'000, .tv_usec = us % 1'000'000}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
  const base::ScopeGuard restore([&] {
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
  });
  if (::flock(lock->get(), LOCK_EX) != 0) {
    if (errno != EINTR) return base::system_error("flock", "lock");
    return base::plain_error("use the state directory", "",
                             "another server is using it; stop that one, or give this one a "
                             "directory of its own with --state-dir");
  }
  return lock;
}

base::Result<int> reclaim_leaves(const sandbox::CgroupInstance& cgroups, base::Duration patience) {
  const base::TimePoint deadline = std::chrono::steady_clock::now() + patience;
  const auto names = cgroups.leaves();
  if (!names) return names.error();
  for (const std::string& name : *names) {
    const auto cleared = sandbox::CgroupLeaf::adopt(cgroups, name).clear(deadline);
    if (!cleared) return cleared.error();
  }
  return static_cast<int>(names->size());
}

}  // namespace leash::spawner
