#include "cli/session/terminal_output.h"

#include <limits.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

namespace leash::cli {
namespace asio = boost::asio;

TerminalOutput::TerminalOutput(const asio::any_io_executor& loop)
    : stdout_(loop, STDOUT_FILENO, FdGate::Direction::kWrite),
      stderr_(loop, STDERR_FILENO, FdGate::Direction::kWrite) {
  std::signal(SIGPIPE, SIG_IGN);
}

asio::awaitable<bool> TerminalOutput::write(run::Stream stream, std::string_view bytes) {
  FdGate& gate = stream == run::Stream::kStdout ? stdout_ : stderr_;
  int& failure = stream == run::Stream::kStdout ? stdout_failure_ : stderr_failure_;
  if (!bytes.empty() && ::isatty(gate.fd()) == 1) mid_line_ = bytes.back() != '\n';
  while (!bytes.empty() && failure == 0) {
    co_await gate.ready();
    const std::string_view piece = bytes.substr(0, PIPE_BUF);
    const ssize_t put = ::write(gate.fd(), piece.data(), piece.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno != EINTR && errno != EAGAIN) {
      failure = errno;
    }
  }
  co_return failure == 0;
}

asio::awaitable<void> TerminalOutput::say(std::string_view text) {
  const bool new_line = mid_line_ && ::isatty(STDERR_FILENO) == 1;
  std::string line(new_line ? "\nleash: " : "leash: ");
  line.append(text).push_back('\n');
  static_cast<void>(co_await write(run::Stream::kStderr, line));
}

}  // namespace leash::cli
