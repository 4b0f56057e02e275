#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace leash::cli {

/// Where leash's own files are.
struct Resources {
  std::string program;  ///< This program, /proc/self/exe.
  std::string folder;   ///< "lib/leash" beside the program, or "../lib/leash" when installed.

  [[nodiscard]] std::string spawner() const { return folder + "/leash-spawner"; }
  [[nodiscard]] std::string runtimes() const { return folder + "/runtimes"; }
};

[[nodiscard]] base::Result<Resources> find_resources();
/// The same for a program at this path. Looks at the file system.
[[nodiscard]] base::Result<Resources> find_resources(const std::filesystem::path& program);

}  // namespace leash::cli
