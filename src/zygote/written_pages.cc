#include "zygote/written_pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "sandbox/child/raw.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14
#endif

namespace leash::zygote {
namespace {

constexpr std::size_t kPage = 4096;
/// Of an entry of /proc/self/pagemap: it is in memory; no other process has it.
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kExclusive = std::uint64_t{1} << 56;

void throw_output_away() {
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup3(nothing, 1, 0) < 0) std::_Exit(1);
}

}  // namespace

std::vector<WrittenPages::Range> WrittenPages::private_memory() {
  std::vector<Range> memory;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long start = 0;
    unsigned long end = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &start, &end, rights) != 3) continue;
    if (rights[1] == 'w' && rights[3] == 'p') memory.push_back({start, end - start});
  }
  return memory;
}

std::vector<WrittenPages::Range> WrittenPages::own_pages(const std::vector<Range>& memory) {
  std::vector<Range> own;
  const int map = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (map < 0) return own;
  std::vector<std::uint64_t> entries;
  for (const Range& range : memory) {
    entries.assign(range.size / kPage, 0);
    const auto offset = static_cast<off_t>(range.start / kPage * sizeof(std::uint64_t));
    const ssize_t got =
        ::pread(map, entries.data(), entries.size() * sizeof(std::uint64_t), offset);
    for (std::size_t i = 0; got > 0 && i < static_cast<std::size_t>(got) / sizeof entries[0]; ++i) {
      if ((entries[i] & kPresent) == 0 || (entries[i] & kExclusive) == 0) continue;
      const std::uintptr_t page = range.start + i * kPage;
      if (!own.empty() && own.back().start + own.back().size == page) {
        own.back().size += kPage;
      } else {
        own.push_back({page, kPage});
      }
    }
  }
  ::close(map);
  return own;
}

void WrittenPages::learn(void (*rehearse)()) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    throw_output_away();
    const std::vector<Range> memory = private_memory();
    rehearse();
    for (const Range& range : own_pages(memory)) {
      if (::write(ends[1], &range, sizeof range) != sizeof range) break;
    }
    std::_Exit(0);
  }
  ::close(ends[1]);
  for (Range range; ::read(ends[0], &range, sizeof range) == sizeof range;) {
    ranges_.push_back(range);
  }
  ::close(ends[0]);
  while (pid > 0 && ::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void WrittenPages::take() const {
  for (const Range& range : ranges_) {
    sandbox::raw::call(SYS_madvise, static_cast<long>(range.start), static_cast<long>(range.size),
                       MADV_POPULATE_WRITE);
  }
}

}  // namespace leash::zygote
