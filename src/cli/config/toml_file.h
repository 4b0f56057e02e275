#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace leash::cli {

/// A value of a source, as texts that assign() takes, and where it stands: "leash.toml:3".
struct GivenValue {
  std::vector<std::string> texts;
  std::string origin;
};
using GivenValues = std::map<std::string, GivenValue, std::less<>>;  ///< By key.

/// Reads a leash.toml strictly: an unknown key (with the likely one, if there is one), a wrong type
/// and a syntax error are Errors whose object is "NAME:LINE".
[[nodiscard]] base::Result<GivenValues> read_toml(std::string_view text, std::string_view name);

}  // namespace leash::cli
