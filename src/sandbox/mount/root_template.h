#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/layer.h"

namespace leash::sandbox {

/// The root that every slot starts from: a small read-only tmpfs with the toolchain (/usr) bound
/// read-only, leash's own files, a tiny /etc, a minimal /dev, and empty folders where each slot
/// mounts its own files and its own /proc.
///
/// Theory of operation. prepare() moves the calling process to a mount namespace of its own, from
/// which nothing propagates, and builds the template there once. A slot is cloned with a copy of
/// that namespace, so the template is there already; it pivots into its copy, unless the zygote
/// that cloned it lives in the template. Nothing is ever mounted in the host's namespace, and all
/// of it goes with the last process that saw it.
class RootTemplate {
 public:
  struct Options {
    std::string mount_point;          ///< An existing empty folder.
    std::string resources;            ///< Host folder copied to /opt/leash; none if empty.
    std::string precompiled;          ///< Host folder shown as its "precompiled", if it exists.
    std::vector<std::string> mounts;  ///< Further host paths, shown read-only where they are.
    LayerSet layers;
  };
  /// Call once, early, from the only thread of the process.
  [[nodiscard]] static base::Result<RootTemplate> prepare(const Options& options);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit RootTemplate(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace leash::sandbox
