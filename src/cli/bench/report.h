#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "cli/bench/statistics.h"
#include "cli/text/colours.h"

namespace leash::cli {

/// What was measured on. A plain value, as all below.
struct Machine {
  std::string kernel;
  std::string cpu;
  unsigned cores = 0;
  base::Bytes memory;
};

/// A hello in the sandbox, over HTTP, in turns with the bare command, in milliseconds.
struct HelloRow {
  std::string language;
  std::string version;
  std::string bare_command;  ///< Empty: there is none on this machine.
  bool warm = true;          ///< False: its warmed interpreter was not ready in time.
  Summary sandboxed;
  std::optional<Summary> bare;
};

/// Runs a second.
struct RateRow {
  std::string language;
  double sandboxed = 0;
  std::optional<double> bare;
};

/// From the call that stops a spinning program to the answer that proves its end, in milliseconds.
struct StopRow {
  std::string language;
  Summary times;
};

/// What one waiting run more takes, beside one bare process that waits.
struct MemoryRow {
  std::string language;
  base::Bytes sandboxed;
  std::optional<base::Bytes> bare;
};

struct BenchReport {
  Machine machine;
  std::string mode;  ///< "root, cgroup hybrid"
  std::string cgroup_mode;
  unsigned seconds = 0;  ///< How long was to be measured.
  std::vector<HelloRow> hellos;
  std::vector<RateRow> rates;
  std::vector<StopRow> stops;
  std::vector<MemoryRow> memory;
  std::vector<std::string> notes;  ///< What could not be measured, and why.
};

/// How many runs at once the rates are measured with.
inline constexpr unsigned kBenchConnections = 8;

/// For people.
[[nodiscard]] std::string describe(const BenchReport& report, const Colours& colours);
/// For programs; the same content.
[[nodiscard]] boost::json::object to_json(const BenchReport& report);

}  // namespace leash::cli
