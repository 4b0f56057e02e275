#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leash::runtimes::testing {

/// How long a test waits for something that should take milliseconds.
inline constexpr std::chrono::seconds kPatience{60};

/// What a process is started with. Its environment holds PATH, LANG and `environment`, no more.
struct Launch {
  std::vector<std::string> argv;  ///< argv[0] is the absolute path of the program.
  std::vector<std::pair<std::string, std::string>> environment;
  std::string folder = "/";  ///< Working directory.
};

/// A child with pipes for stdin, stdout and stderr; no terminal anywhere. The destructor kills and
/// reaps it. For tests only: what cannot be set up aborts. Owned by one thread.
class Process {
 public:
  explicit Process(const Launch& launch);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write_input(std::string_view text) const;
  void close_input();

  /// Reads stdout until it ends in `end`, or nothing if that does not happen within kPatience or
  /// before the end of the output.
  std::optional<std::string> read_until(std::string_view end);

  [[nodiscard]] bool is_running();

  /// Collects all output and waits for the end. Returns the exit code, or 128 + the signal, or
  /// nothing if it took longer than kPatience.
  std::optional<int> finish();
  [[nodiscard]] const std::string& out() const { return out_; }
  [[nodiscard]] const std::string& err() const { return err_; }

 private:
  bool poll_output(std::chrono::steady_clock::time_point until);
  void reap(bool may_block);

  pid_t pid_ = -1;
  std::optional<int> status_;
  int in_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::string out_;
  std::string err_;
};

/// A folder that is gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// Writes a file, making the folders it lies in.
  void write(const std::string& name, std::string_view text) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace leash::runtimes::testing
