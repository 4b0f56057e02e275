#include "zygote/rehearsal.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace leash::zygote {

std::string make_script(std::string_view source) {
  const int file = ::memfd_create("rehearsal", MFD_CLOEXEC);
  const bool made =
      file >= 0 && ::chdir("/") == 0 &&
      ::write(file, source.data(), source.size()) == static_cast<ssize_t>(source.size());
  if (!made) std::_Exit(1);
  return "proc/self/fd/" + std::to_string(file);
}

}  // namespace leash::zygote
