#include "zygote/process_title.h"

#include <sys/prctl.h>

#include <cstring>
#include <string>

namespace leash::zygote {

void set_process_title(int argc, char** argv, const char* const* title) {
  const char* name = std::strrchr(title[0], '/');
  ::prctl(PR_SET_NAME, name != nullptr ? name + 1 : title[0]);
  std::string text;  // first of all, since the title may point into argv
  for (; *title != nullptr; ++title) text.append(*title).push_back('\0');
  const auto room =
      static_cast<std::size_t>(argv[argc - 1] + std::strlen(argv[argc - 1]) - argv[0]);
  text.resize(room, '\0');
  std::memcpy(argv[0], text.data(), room);
}

}  // namespace leash::zygote
