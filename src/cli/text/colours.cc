#include "cli/text/colours.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace leash::cli {

Colours Colours::for_fd(int fd) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return Colours(!refused && !dumb && ::isatty(fd) == 1);
}

std::string Colours::paint(std::string_view code, std::string_view text) const {
  if (!enabled_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace leash::cli
