#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.h"
#include "cli/session/run_source.h"
#include "cli/session/terminal_output.h"

namespace leash::cli {

struct FollowOptions {
  int stdin_fd = -1;        ///< Handed on to the program as it comes; -1: EOF at once.
  bool show_output = true;  ///< False: only how it ended matters.
};

struct Followed {
  run::RunSnapshot end;
  int interrupted_by = 0;         ///< The signal that made us stop the run, or 0.
  bool output_went_away = false;  ///< We stopped it because nobody reads its stdout any more.
};

/// Shows a run until it has finished: its output as it comes, its input from `stdin_fd`. The first
/// SIGINT, SIGTERM, SIGHUP or SIGQUIT stops the run and the end is still shown; the second gives up
/// at once, which is an error.
[[nodiscard]] boost::asio::awaitable<base::Result<Followed>> follow(RunSource& source,
                                                                    TerminalOutput& output,
                                                                    FollowOptions options);

}  // namespace leash::cli
