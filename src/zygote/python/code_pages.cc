#include "zygote/python/code_pages.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace leash::zygote {

void share_code_pages() {
  const int memory = ::open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory < 0) return;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    // START-END rights offset device inode path; not what is no file's, or may be written to
    // anyhow.
    unsigned long start = 0;
    unsigned long inode = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%*x %4s %*x %*s %lu", &start, rights, &inode) != 3) continue;
    if (inode == 0 || rights[0] != 'r' || rights[1] == 'w' || rights[3] != 'p') continue;
    char byte = 0;
    const auto at = static_cast<off_t>(start);
    if (::pread(memory, &byte, 1, at) == 1) {
      [[maybe_unused]] const auto written = ::pwrite(memory, &byte, 1, at);
    }
  }
  ::close(memory);
}

}  // namespace leash::zygote
