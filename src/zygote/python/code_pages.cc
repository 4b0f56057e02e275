#include "zygote/python/code_pages.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace leash::zygote {

void share_code_pages() {
  const int memory = ::open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory < 0) return;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    // START-END rights offset device inode path
    std::istringstream words(line);
    std::uintptr_t start = 0;
    char dash = 0;
    std::string end;
    std::string rights;
    std::string offset;
    std::string device;
    std::string inode;
    words >> std::hex >> start >> dash >> end >> rights >> offset >> device >> inode;
    if (!words || inode == "0" || rights[0] != 'r' || rights[1] == 'w' || rights[3] != 'p')
      continue;
    char byte = 0;
    const auto at = static_cast<off_t>(start);
    if (::pread(memory, &byte, 1, at) == 1) {
      [[maybe_unused]] const auto written = ::pwrite(memory, &byte, 1, at);
    }
  }
  ::close(memory);
}

}  // namespace leash::zygote
