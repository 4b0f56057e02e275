#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace leash::http {

/// The modules that blocks may require(): an operator's folder of `name.js` files and packages as
/// npm lays them out, read once at the server's start.
///
/// A block gets them as a file of its job, so that no sandbox sees a host path and nothing it does
/// can change them for another; and it gets only those whose name it mentions in quotes, with what
/// these mention in turn. Code that computes a module's name gets them all. Immutable; any thread.
class FlowModules {
 public:
  static constexpr base::Bytes kMaxTotal = base::mib(32);

  /// Reads the .js, .cjs and .json files below these folders. More than kMaxTotal is an error, and
  /// so is a module that is in two of them.
  [[nodiscard]] static base::Result<FlowModules> load(const std::vector<std::string>& folders);

  /// The JSON object that program.js takes its modules from: path -> text.
  [[nodiscard]] std::string bundle_for(std::string_view code) const;

  /// Names, sorted: "lodash", "@scope/name".
  [[nodiscard]] std::set<std::string> names() const;

 private:
  struct Package {
    std::string members;           ///< `"lodash/index.js":"…"`, with commas between.
    std::set<std::string> wanted;  ///< Packages that its files mention.
    std::string folder;            ///< Where it was found.
  };
  using Text = std::pair<std::string, std::string>;  ///< A package's name and one of its files.

  [[nodiscard]] base::Result<void> read(const std::string& folder, std::vector<Text>& texts);

  std::map<std::string, Package, std::less<>> packages_;
  std::size_t total_ = 0;  ///< Bytes.
};

}  // namespace leash::http
