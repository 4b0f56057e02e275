#include "zygote/written_pages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace leash::zygote {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kPages = 16;
alignas(kPage) char memory[kPages * kPage];

/// Whether this process shares the page with no other.
bool is_own(std::size_t page) {
  const int map = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  std::uint64_t entry = 0;
  const auto at = reinterpret_cast<std::uintptr_t>(memory + page * kPage) / kPage * sizeof entry;
  const bool read = ::pread(map, &entry, sizeof entry, static_cast<off_t>(at)) == sizeof entry;
  ::close(map);
  return read && (entry >> 63 & 1) != 0 && (entry >> 56 & 1) != 0;
}

/// Which of the pages are a copy's own once it has taken what was learnt, as bits.
int own_in_a_copy(const WrittenPages& pages) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    pages.take();
    int own = 0;
    for (std::size_t page = 0; page < kPages; ++page) own |= is_own(page) ? 1 << page : 0;
    std::_Exit(::write(ends[1], &own, sizeof own) == sizeof own ? 0 : 1);
  }
  ::close(ends[1]);
  int own = -1;
  EXPECT_EQ(::read(ends[0], &own, sizeof own), sizeof own);
  ::close(ends[0]);
  EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
  return own;
}

TEST(WrittenPagesTest, ACopyHasThoseOfTheRehearsalBeforeItWritesToThem) {
  std::ranges::fill(memory, 'x');
  WrittenPages pages;
  EXPECT_EQ(own_in_a_copy(pages), 0);
  pages.learn([] { memory[2 * kPage] = memory[3 * kPage + 7] = memory[9 * kPage] = 'y'; });
  EXPECT_EQ(own_in_a_copy(pages), 1 << 2 | 1 << 3 | 1 << 9);
  EXPECT_EQ(std::ranges::count(memory, 'y'), 0) << "the rehearsal was not in this process";
}

TEST(WrittenPagesTest, ARehearsalThatEndsItsProcessTeachesNothing) {
  std::ranges::fill(memory, 'x');
  WrittenPages pages;
  pages.learn([] { std::_Exit(1); });
  EXPECT_EQ(own_in_a_copy(pages), 0);
}

}  // namespace
}  // namespace leash::zygote
