#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "cli/text/colours.h"
#include "run/executor.h"
#include "service/language_status.h"

namespace leash::cli {

/// What `leash doctor` found out about this machine. A plain value.
struct Diagnosis {
  std::string kernel;
  std::string user;
  run::Capabilities capabilities;
  std::vector<service::LanguageStatus> languages;  ///< Empty if the sandbox is not complete.
  std::vector<std::string> left;                   ///< What could not be cleaned up afterwards.
};

/// "root, cgroup hybrid": what of docs/modes.md applies.
[[nodiscard]] std::string mode_of(const run::Capabilities& capabilities);
/// For people: each layer with what it stops, what was seen, and how to mend it if it is missing.
[[nodiscard]] std::string describe(const Diagnosis& diagnosis, const Colours& colours);
/// For programs; the same content.
[[nodiscard]] boost::json::object to_json(const Diagnosis& diagnosis);

}  // namespace leash::cli
