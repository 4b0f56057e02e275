#pragma once

#include <string>

#include "base/result.h"

namespace leash::cli {

/// A folder of our own (mode 0700) below $TMPDIR or /tmp, removed with all it holds by the
/// destructor. Used as the state folder of a spawner that lives only as long as one command.
class TemporaryFolder {
 public:
  [[nodiscard]] static base::Result<TemporaryFolder> make();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace leash::cli
