#include "cli/bench/progress.h"

#include <unistd.h>

#include "base/tell.h"

namespace leash::cli {
namespace {

/// Back to the start of the line, and what stands there is gone (ECMA-48: EL).
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

Progress::Progress() : on_terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  clear();
}

void Progress::show(std::string_view text) const {
  if (!on_terminal_) return;
  base::tell("{}{}", kClearLine, text);
}

void Progress::clear() const {
  show("");
}

}  // namespace leash::cli
