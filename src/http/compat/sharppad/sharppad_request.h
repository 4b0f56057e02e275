#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "run/spec.h"
#include "service/run_request.h"

namespace leash::http {

/// POST /api/coderun/run as it was sent. Names are read in upper and lower case; unknown ones are
/// passed over. A plain value.
struct SharpPadRun {
  std::vector<run::SourceFile> files;  ///< Never empty.
  std::string entry;                   ///< One of them.
  std::vector<std::string> packages;   ///< Ids.
  std::string project_type;            ///< "console", "webapi", "winforms" or "avalonia".
  std::string session_id;              ///< Empty: it can neither be stopped nor fed by id.
};

/// POST /api/coderun/stop and /input.
struct SharpPadSession {
  std::string session_id;  ///< Empty if it is missing.
  std::string input;
};

/// 400 for what is not JSON or of the wrong shape, with the field named; 400 as well for a
/// SessionId that is no key. Pure.
[[nodiscard]] service::Checked<SharpPadRun> parse_sharppad_run(std::string_view body);
[[nodiscard]] service::Checked<SharpPadSession> parse_sharppad_session(std::string_view body);

/// The original's fuzzy reading of ProjectType.
[[nodiscard]] std::string normalize_project_type(std::string_view text);

/// Why this program cannot be run here, in the original's words where it has some; empty if it can.
[[nodiscard]] std::string sharppad_obstacle(const SharpPadRun& run, bool english);

}  // namespace leash::http
