#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace leash::runtimes {

/// How a language is kept ready before a job arrives.
enum class Warm {
  kNone,      ///< Started when the job is there.
  kZygote,    ///< A warmed interpreter is forked for each run. Only for single-threaded ones.
  kPrestart,  ///< A runtime that cannot be forked is started ahead, once for each run.
};

/// A command as it stands in runtime.toml. The first element is an absolute path or starts with
/// "./"; an element that is exactly {entry}, {args} or {sources} is a placeholder.
using Command = std::vector<std::string>;

/// What a run of this language gets when the caller asks for nothing else.
struct RunLimits {
  base::Millis wall{10'000};
  std::optional<base::Millis> cpu;   ///< No limit if absent.
  std::optional<base::Millis> idle;  ///< No limit if absent.
  base::Bytes memory = base::mib(256);
  std::uint32_t tasks = 64;
  base::Bytes output = base::mib(1);  ///< For each of stdout and stderr.
  base::Bytes disk = base::mib(64);

  friend bool operator==(const RunLimits&, const RunLimits&) = default;
};

/// What a compile step of this language gets when the caller asks for nothing else.
struct CompileLimits {
  base::Millis wall{15'000};
  base::Bytes memory = base::gib(1);

  friend bool operator==(const CompileLimits&, const CompileLimits&) = default;
};

/// How to find out which version is installed.
struct VersionProbe {
  Command command;      ///< Without placeholders. Its stdout and stderr are looked at.
  std::string pattern;  ///< An ECMAScript regular expression with exactly one group.

  friend bool operator==(const VersionProbe&, const VersionProbe&) = default;
};

/// How a process is started that waits for its job and then becomes the step's program, as if it
/// had been started by the step's own command. See README.md for what is said to it.
struct Prestart {
  Command command;                                 ///< Without placeholders.
  std::map<std::string, std::string> environment;  ///< On top of the language's.
  /// Beginnings of the names of variables that were looked at by then: a job that sets one of them
  /// to another value is started in the ordinary way.
  std::vector<std::string> start_variables;
  /// A run with a lower limit is started in the ordinary way: the process itself might not fit.
  base::Bytes min_memory = base::mib(128);

  friend bool operator==(const Prestart&, const Prestart&) = default;
};

/// The step from sources to a program.
struct CompileStep {
  Command command;                     ///< May hold {entry} and {sources}.
  std::vector<std::string> sources;    ///< Extensions of the files that {sources} stands for.
  std::vector<std::string> artifacts;  ///< Files the step leaves behind and the run needs.
  std::optional<Prestart> prestart;
  /// Names by which a source may ask for the time and the like: what is compiled from a file in
  /// which one stands is not kept to be run again.
  std::vector<std::string> volatile_names;

  friend bool operator==(const CompileStep&, const CompileStep&) = default;
};

/// The program that proves a language works here: it must print `expected_output` and exit 0.
struct SelfTest {
  std::string file;             ///< Name of the program in the language's folder.
  std::string expected_file;    ///< Name of the file with its exact stdout.
  std::string code;             ///< Contents of `file`; filled in by load_catalog().
  std::string expected_output;  ///< Contents of `expected_file`; filled in by load_catalog().

  friend bool operator==(const SelfTest&, const SelfTest&) = default;
};

/// One language: the contents of its runtimes/<id>/runtime.toml, checked. A plain value; whoever
/// holds it owns it, and it may be read on any thread.
struct Descriptor {
  std::string id;
  std::string name;                     ///< For people, e.g. "C++ 20 (GCC)".
  std::string entry;                    ///< What the code of a one-file job is called.
  std::vector<std::string> extensions;  ///< With the dot; the first one is the usual one.
  std::vector<std::string> aliases;     ///< Lower case.
  Warm warm = Warm::kNone;
  std::string zygote;  ///< The program that is forked, if warm is kZygote: a path in the sandbox.
  VersionProbe version;
  std::optional<CompileStep> compile;
  Command run;
  std::optional<Prestart> run_prestart;  ///< With the one of `compile`: if warm is kPrestart.
  std::map<std::string, std::string> environment;
  RunLimits limits;
  CompileLimits compile_limits;
  SelfTest selftest;
  std::vector<std::string> mounts;  ///< Further host paths that are visible, read-only.

  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

/// Reads a runtime.toml. It is strict: an unknown key, a wrong type, a relative program or an
/// unknown placeholder is an Error whose object is `source_name` and whose detail names the key.
[[nodiscard]] base::Result<Descriptor> parse_descriptor(std::string_view toml_text,
                                                        std::string_view source_name);

/// The version in what the probe's command printed (only the first KiB are looked at), or
/// nothing if the pattern does not match.
[[nodiscard]] std::optional<std::string> find_version(const VersionProbe& probe,
                                                      std::string_view output);

}  // namespace leash::runtimes
