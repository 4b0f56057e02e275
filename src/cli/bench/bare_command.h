#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/bench/programs.h"
#include "sys/fd.h"
#include "sys/pidfd.h"

namespace leash::cli {

/// A program as people run it without a sandbox, started as cheaply as can be: by posix_spawn, its
/// stdin empty and its output thrown away. It is in a process group of its own, so that a Ctrl-C
/// reaches only us. Any thread.
class BareCommand {
 public:
  /// Writes the code into `folder`, which must exist, and compiles it, where the program says so.
  /// None if this machine does not have the tools, which are looked for in /usr/bin.
  [[nodiscard]] static base::Result<std::optional<BareCommand>> prepare(const Program& program,
                                                                        std::string_view code,
                                                                        std::string folder);

  /// Runs it to its end. Any end but exit code 0 is an error.
  [[nodiscard]] base::Result<void> run() const;

  /// Runs it until it has printed something, gives its process, which waits, and kills it after
  /// `look`.
  template <typename Look>
  [[nodiscard]] auto while_waiting(Look look) const -> decltype(look(pid_t())) {
    auto started = start_and_read();
    if (!started) return started.error();
    auto seen = look(started->pid);
    static_cast<void>(started->process.signal(9));
    static_cast<void>(started->process.reap());
    return seen;
  }

  /// For people: "python3 -c", "./program (gcc)".
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Started {
    pid_t pid;
    sys::PidFd process;
    sys::UniqueFd output{};  ///< Where it is read.
  };
  BareCommand(std::vector<std::string> words, std::string folder, std::string text)
      : words_(std::move(words)), folder_(std::move(folder)), text_(std::move(text)) {}
  [[nodiscard]] base::Result<Started> start(int stdout_fd) const;
  [[nodiscard]] base::Result<Started> start_and_read() const;

  std::vector<std::string> words_;
  std::string folder_;
  std::string text_;
};

/// How many times a second it can be run, one after another on every core that we may use. Blocks
/// for about `time`.
[[nodiscard]] base::Result<double> runs_per_second(const BareCommand& command, base::Duration time);

}  // namespace leash::cli
