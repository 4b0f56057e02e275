#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "run/spec.h"
#include "runtimes/catalog.h"
#include "service/problem.h"

namespace leash::service {

enum class OnDisconnect : std::uint8_t { kStop, kDetach };
/// How the caller of a start wants its answer; decides the defaults of stdin and on_disconnect.
enum class AnswerMode : std::uint8_t { kJson, kStream, kAsync };
enum class TextEncoding : std::uint8_t { kAuto, kUtf8Lossy };

/// The largest limits a request may ask for; set by the operator.
struct Maxima {
  base::Millis wall{300'000};
  base::Bytes output = base::gib(4);
  base::Bytes memory = base::gib(2);
  std::uint32_t tasks = 512;
  base::Bytes disk = base::gib(1);
};

/// POST /v1/runs as it was sent, with the JSON's types checked but no value yet.
struct RunRequest {
  std::string language;
  std::optional<std::string> code;
  std::vector<run::SourceFile> files;  ///< Contents already decoded from base64.
  std::optional<std::string> entry;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::optional<std::string> stdin_data;
  /// By name of the API ("wall_ms", …). Absent or null: the language's default.
  std::map<std::string, std::optional<std::uint64_t>> limits;
  std::map<std::string, std::optional<std::uint64_t>> compile_limits;
  run::OnOutputLimit on_output_limit = run::OnOutputLimit::kTruncate;
  std::optional<OnDisconnect> on_disconnect;
  base::Millis disconnect_grace{0};
  TextEncoding encoding = TextEncoding::kAuto;
  std::optional<std::string> key;
  bool keep = true;

  /// Set by endpoints whose times are the operator's own setting, not by who asks: stands in place
  /// of limits.wall_ms and is not held against the maxima.
  std::optional<base::Millis> fixed_wall;
  base::Millis limit_grace{0};  ///< See run::RunSpec.
};

/// What of a request concerns its record, not the program.
struct RunPolicy {
  OnDisconnect on_disconnect = OnDisconnect::kStop;
  base::Millis disconnect_grace{0};
  TextEncoding encoding = TextEncoding::kAuto;
  std::optional<std::string> key;
  bool keep = true;
};

struct CheckedRequest {
  run::RunSpec spec;
  RunPolicy policy;
};

template <typename T>
using Checked = boost::system::result<T, Problem>;
[[noreturn]] void throw_exception_from_error(const Problem& problem,
                                             const boost::source_location& where);

/// Checks every value and fills the defaults in: language known, exactly one of code and files,
/// paths relative and clean, entry among the files, limits within the maxima (never clamped), key
/// well-formed, sizes bounded (args and env 128 KiB together, 256 files). Pure.
[[nodiscard]] Checked<CheckedRequest> check(RunRequest request, AnswerMode mode,
                                            const runtimes::Catalog& catalog, const Maxima& maxima);

}  // namespace leash::service
