#include "cli/text/standard_output.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "base/result.h"
#include "sys/file.h"

namespace leash::cli {

std::string describe_write_failure(int number) {
  if (number == EPIPE) return "";
  return base::Error("cannot write to standard output", "", number, "").message();
}

int flush_stdout() {
  if (std::fflush(stdout) != 0) return errno;
  return std::ferror(stdout) != 0 ? EIO : 0;
}

int write_stdout(std::string_view text) {
  std::signal(SIGPIPE, SIG_IGN);
  if (const int failed = flush_stdout(); failed != 0) return failed;
  const auto written = sys::write_all(STDOUT_FILENO, text);
  return written ? 0 : written.error().number;
}

}  // namespace leash::cli
