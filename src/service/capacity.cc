#include "service/capacity.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace leash::service {
namespace {

constexpr std::size_t kRunsPerCore = 32;
constexpr base::Bytes kMemoryPerRun = base::mib(64);
constexpr base::Bytes kMemoryAside = base::gib(1);
constexpr std::size_t kFewest = 2;
constexpr std::size_t kMost = 1024;

std::size_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<std::size_t>(CPU_COUNT(&set));
}

/// A container shows its own limit at the root of what it sees. "max", or no such file: no limit.
base::Bytes cgroup_memory(base::Bytes machine) {
  base::Bytes least = machine;
  for (const char* path :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t limit = 0;
    if (std::ifstream(path) >> limit) least = std::min(least, base::Bytes{limit});
  }
  return least;
}

base::Bytes usable_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_size = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_size <= 0) return {};
  return cgroup_memory({static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_size)});
}

}  // namespace

std::size_t max_running_for(std::size_t cores, base::Bytes memory) {
  const std::uint64_t left =
      memory.count > kMemoryAside.count ? memory.count - kMemoryAside.count : 0;
  const std::size_t by_memory = left / kMemoryPerRun.count;
  return std::clamp(std::min(cores * kRunsPerCore, by_memory), kFewest, kMost);
}

std::size_t default_max_running() {
  return max_running_for(usable_cores(), usable_memory());
}

}  // namespace leash::service
