#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string_view>

#include "cli/session/fd_gate.h"
#include "run/event.h"

namespace leash::cli {

/// This process's stdout and stderr, to which a run's output goes as it comes. A reader that is
/// slow makes write() wait, not the loop: Ctrl-C works all the same. Once a stream's reader has
/// gone (the `head` in a pipeline), what is written to it is dropped: making one ignores SIGPIPE
/// for good.
class TerminalOutput {
 public:
  explicit TerminalOutput(const boost::asio::any_io_executor& loop);

  /// False if this stream takes no more: its reader has gone, or the disk is full.
  [[nodiscard]] boost::asio::awaitable<bool> write(run::Stream stream, std::string_view bytes);
  /// The errno of the write to stdout that failed, or 0. EPIPE: its reader has gone.
  [[nodiscard]] int stdout_failure() const { return stdout_failure_; }
  /// A line of ours on stderr, beginning with "leash: "; on a line of its own on a terminal.
  [[nodiscard]] boost::asio::awaitable<void> say(std::string_view text);
  /// The terminal itself showed something ("^C"): the next line of ours begins a new one.
  void interrupted() { mid_line_ = true; }

 private:
  FdGate stdout_;
  FdGate stderr_;
  int stdout_failure_ = 0;
  int stderr_failure_ = 0;
  bool mid_line_ = false;  ///< The last byte shown on the terminal was no line end.
};

}  // namespace leash::cli
