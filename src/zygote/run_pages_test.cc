#include "zygote/run_pages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace leash::zygote {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kPages = 16;
alignas(kPage) char memory[kPages * kPage];

/// What the kernel says of the page at this address.
std::uint64_t pagemap_entry(const char* address) {
  const int map = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  std::uint64_t entry = 0;
  const auto at = reinterpret_cast<std::uintptr_t>(address) / kPage * sizeof entry;
  const bool read = ::pread(map, &entry, sizeof entry, static_cast<off_t>(at)) == sizeof entry;
  ::close(map);
  return read ? entry : 0;
}

bool is_mapped(const char* address) {
  return (pagemap_entry(address) >> 63 & 1) != 0;
}

/// Whether this process shares the page of `memory` with no other.
bool is_own(std::size_t page) {
  const char* address = memory + page * kPage;
  return is_mapped(address) && (pagemap_entry(address) >> 56 & 1) != 0;
}

/// What `look` says in a copy of this process.
int told_by_a_copy(const std::function<int()>& look) {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int seen = look();
    std::_Exit(::write(ends[1], &seen, sizeof seen) == sizeof seen ? 0 : 1);
  }
  ::close(ends[1]);
  int told = -1;
  EXPECT_EQ(::read(ends[0], &told, sizeof told), sizeof told);
  ::close(ends[0]);
  EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
  return told;
}

/// Which of the pages are a copy's own once it has taken what was learnt, as bits.
int own_in_a_copy(const RunPages& pages) {
  return told_by_a_copy([&pages] {
    pages.take();
    int own = 0;
    for (std::size_t page = 0; page < kPages; ++page) own |= is_own(page) ? 1 << page : 0;
    return own;
  });
}

/// A file of 8 MiB, mapped as code is: private, and not to be written to.
const char* map_file() {
  constexpr std::size_t kSize = std::size_t{8} << 20;
  const int file = ::memfd_create("code", MFD_CLOEXEC);
  EXPECT_EQ(::ftruncate(file, kSize), 0);
  void* mapped = ::mmap(nullptr, kSize, PROT_READ, MAP_PRIVATE, file, 0);
  EXPECT_NE(mapped, MAP_FAILED);
  ::close(file);
  return static_cast<const char*>(mapped);
}

const char* code = nullptr;

void read_code(std::size_t mib) {
  static_cast<void>(*static_cast<const volatile char*>(code + (mib << 20)));
}

TEST(RunPagesTest, ACopyHasThoseOfTheRehearsalBeforeItWritesToThem) {
  std::ranges::fill(memory, 'x');
  RunPages pages;
  EXPECT_EQ(own_in_a_copy(pages), 0);
  pages.learn([] { memory[2 * kPage] = memory[3 * kPage + 7] = memory[9 * kPage] = 'y'; });
  EXPECT_EQ(own_in_a_copy(pages), 1 << 2 | 1 << 3 | 1 << 9);
  EXPECT_EQ(std::ranges::count(memory, 'y'), 0) << "the rehearsal was not in this process";
}

TEST(RunPagesTest, ARehearsalThatEndsItsProcessTeachesNothing) {
  std::ranges::fill(memory, 'x');
  RunPages pages;
  pages.learn([] { std::_Exit(1); });
  EXPECT_EQ(own_in_a_copy(pages), 0);
}

TEST(RunPagesTest, ACopyHasTheCodeThatTheRehearsalRead) {
  code = map_file();
  for (const std::size_t mib : {0, 2, 5}) read_code(mib);
  const auto look = [] {
    int mapped = 0;
    for (int mib = 0; mib < 8; ++mib) mapped |= is_mapped(code + (mib << 20)) ? 1 << mib : 0;
    return mapped;
  };
  EXPECT_EQ(told_by_a_copy(look), 0) << "a fork does not copy such a page table";
  RunPages().learn([] { read_code(2), read_code(7); });
  // The first page is the one that was written again, so that it does.
  EXPECT_EQ(told_by_a_copy(look), 1 << 0 | 1 << 2 | 1 << 7);
}

}  // namespace
}  // namespace leash::zygote
