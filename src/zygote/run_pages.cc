#include "zygote/run_pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sandbox/child/raw.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23  // Linux 5.14
#endif

namespace leash::zygote {
namespace {

constexpr std::size_t kPage = 4096;
/// Of an entry of /proc/self/pagemap.
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kOfFile = std::uint64_t{1} << 61;
constexpr std::uint64_t kExclusive = std::uint64_t{1} << 56;  ///< No other process has it.

/// Private memory: what may be written to, and what is a file's.
struct Mapping {
  std::uintptr_t start = 0;
  std::size_t size = 0;  ///< Bytes.
  bool writable = false;
};

std::vector<Mapping> read_mappings() {
  std::vector<Mapping> mappings;
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return mappings;
  char* line = nullptr;
  std::size_t room = 0;
  while (::getline(&line, &room, maps) > 0) {
    // START-END rights offset device inode path
    unsigned long start = 0;
    unsigned long end = 0;
    unsigned long inode = 0;
    char rights[5] = {};
    if (std::sscanf(line, "%lx-%lx %4s %*x %*s %lu", &start, &end, rights, &inode) != 4) continue;
    const bool writable = rights[1] == 'w';
    if (rights[0] != 'r' || rights[3] != 'p' || (!writable && inode == 0)) continue;
    mappings.push_back({start, end - start, writable});
  }
  std::free(line);
  std::fclose(maps);
  return mappings;
}

/// What the kernel says of each page of this mapping; of none if it does not.
std::vector<std::uint64_t> read_pagemap(const Mapping& mapping) {
  std::vector<std::uint64_t> entries(mapping.size / kPage);
  const std::size_t size = entries.size() * sizeof entries[0];
  const int map = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  const auto offset = static_cast<off_t>(mapping.start / kPage * sizeof entries[0]);
  if (map < 0 || ::pread(map, entries.data(), size, offset) != static_cast<ssize_t>(size)) {
    entries.clear();
  }
  if (map >= 0) ::close(map);
  return entries;
}

/// Nothing in it was written to, as it is where the linker has put addresses in. False if the
/// kernel does not say.
bool is_as_in_file(const Mapping& mapping, const std::vector<std::uint64_t>& entries) {
  const auto was_written = [](std::uint64_t entry) {
    return (entry & kPresent) != 0 && (entry & kOfFile) == 0;
  };
  return !mapping.writable && !entries.empty() && std::ranges::none_of(entries, was_written);
}

void throw_output_away() {
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup3(nothing, 1, 0) < 0) std::_Exit(1);
}

/// So that a fork copies its page table.
void write_one_byte_again(int memory, std::uintptr_t at) {
  char byte = 0;
  const auto offset = static_cast<off_t>(at);
  if (::pread(memory, &byte, 1, offset) == 1) {
    [[maybe_unused]] const auto written = ::pwrite(memory, &byte, 1, offset);
  }
}

}  // namespace

std::vector<RunPages::Page> RunPages::used_pages(void (*rehearse)()) {
  std::vector<Page> used;
  const std::vector<Mapping> mappings = read_mappings();
  rehearse();
  for (const Mapping& mapping : mappings) {
    const std::vector<std::uint64_t> entries = read_pagemap(mapping);
    const bool reads = is_as_in_file(mapping, entries);
    const std::uint64_t wanted = kPresent | (reads ? kOfFile : kExclusive);
    if (!mapping.writable && !reads) continue;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if ((entries[i] & wanted) != wanted) continue;
      used.push_back({mapping.start + i * kPage, reads ? Use::kRead : Use::kWritten});
    }
  }
  return used;
}

void RunPages::learn(void (*rehearse)()) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    throw_output_away();
    for (const Page& page : used_pages(rehearse)) {
      if (::write(ends[1], &page, sizeof page) != sizeof page) break;
    }
    std::_Exit(0);
  }
  ::close(ends[1]);
  std::vector<std::uintptr_t> read;
  for (Page page; ::read(ends[0], &page, sizeof page) == sizeof page;) {
    if (page.use == Use::kWritten) {
      add_written(page.address);
    } else {
      read.push_back(page.address);
    }
  }
  ::close(ends[0]);
  while (pid > 0 && ::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  map_for_copies(read);
}

void RunPages::add_written(std::uintptr_t page) {
  if (!written_.empty() && written_.back().start + written_.back().size == page) {
    written_.back().size += kPage;
  } else {
    written_.push_back({page, kPage});
  }
}

void RunPages::map_for_copies(const std::vector<std::uintptr_t>& pages) {
  const int memory = ::open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory < 0) return;
  for (const Mapping& mapping : read_mappings()) {
    const auto first = std::ranges::lower_bound(pages, mapping.start);
    const auto last = std::ranges::lower_bound(pages, mapping.start + mapping.size);
    if (first == last || !is_as_in_file(mapping, read_pagemap(mapping))) continue;
    ::madvise(reinterpret_cast<void*>(mapping.start), mapping.size, MADV_DONTNEED);
    for (auto page = first; page != last; ++page) {
      static_cast<void>(*reinterpret_cast<const volatile char*>(*page));
    }
    write_one_byte_again(memory, mapping.start);
  }
  ::close(memory);
}

void RunPages::take() const {
  for (const Range& range : written_) {
    sandbox::raw::call(SYS_madvise, static_cast<long>(range.start), static_cast<long>(range.size),
                       MADV_POPULATE_WRITE);
  }
}

}  // namespace leash::zygote
