#include "cli/host/temporary_folder.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace leash::cli {
namespace fs = std::filesystem;

base::Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code failed;
  const fs::path parent = fs::temp_directory_path(failed);
  std::string path = (failed ? fs::path("/tmp") : parent) / "leash-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return base::system_error("mkdtemp", path);
  return TemporaryFolder(std::move(path));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

}  // namespace leash::cli
