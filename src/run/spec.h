#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"

namespace leash::run {

/// One file of a job. `path` is relative, with '/' between parts; see validate().
struct SourceFile {
  std::string path;
  std::string content;  ///< Bytes, in any encoding.
};

/// What a run may use. All values are final: defaults were filled in and maxima checked.
struct Limits {
  base::Millis wall{10'000};
  std::optional<base::Millis> cpu;   ///< Summed over all processes.
  std::optional<base::Millis> idle;  ///< No output and no input for so long.
  base::Bytes memory = base::mib(256);
  std::uint32_t tasks = 64;           ///< Processes and threads, without leash's own init.
  base::Bytes output = base::mib(1);  ///< For each of stdout and stderr.
  base::Bytes disk = base::mib(64);   ///< Files in /work, /tmp and /dev/shm together.

  friend bool operator==(const Limits&, const Limits&) = default;
};

/// What the compile step may use; tasks, output and disk are those of `Limits`.
struct CompileLimits {
  base::Millis wall{15'000};
  base::Bytes memory = base::gib(1);

  friend bool operator==(const CompileLimits&, const CompileLimits&) = default;
};

enum class OnOutputLimit : std::uint8_t {
  kTruncate,  ///< Drop what is over the limit, count it, let the program go on.
  kStop,      ///< End the run with cause output_limit.
};

/// Which of a language's commands is executed.
enum class Command : std::uint8_t {
  kProgram,  ///< Compile, where the language does, and run.
  kVersion,  ///< The language's version command; files and args are ignored.
};

/// What is to be run. A plain value.
struct RunSpec {
  /// Whose run it is: runs of different tenants share nothing, compiled programs included. Empty in
  /// a program that has no tenants.
  std::string tenant;
  Command command = Command::kProgram;
  std::string language;  ///< An id of the catalog, such as "python".
  std::vector<SourceFile> files;
  std::string entry;  ///< One of `files`.
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string stdin_data;   ///< Written before anything else.
  bool stdin_open = false;  ///< False: EOF after stdin_data. True: until RunHandle::close_stdin().
  Limits limits;
  CompileLimits compile_limits;
  OnOutputLimit on_output_limit = OnOutputLimit::kTruncate;
  /// When a clock ends the run: SIGTERM first, and the kill so much later.
  base::Millis limit_grace{0};
};

}  // namespace leash::run
