#pragma once

#include <functional>
#include <optional>
#include <string>

#include "run/outcome.h"
#include "runtimes/descriptor.h"

namespace leash::service {

/// How a probe of a language went: its end and all that it printed.
struct ProbeResult {
  run::RunSnapshot snapshot;
  std::string stdout_data;
  std::string stderr_data;
};

/// True if this program is on the machine.
using ProgramExists = std::function<bool(const std::string& path)>;

/// What the language's version command has shown: a version, or why the language is not available.
struct VersionVerdict {
  std::string version;
  std::string problem;  ///< Empty if there is a version.
};
[[nodiscard]] VersionVerdict judge_version(const runtimes::Descriptor& language,
                                           const ProbeResult& result,
                                           const ProgramExists& program_exists);

/// Why the language is not available after its self-test, for a person; nothing if it is. Pure but
/// for `program_exists`, like the above.
[[nodiscard]] std::optional<std::string> judge_selftest(const runtimes::Descriptor& language,
                                                        const ProbeResult& result,
                                                        const ProgramExists& program_exists);

}  // namespace leash::service
