#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/layer.h"

namespace leash::spawner {

/// The spawner's command line. It has no configuration file, and its environment is empty.
struct Options {
  std::string state_dir;     ///< Names the instance; a lock in it makes it single.
  std::string resources;     ///< Folder with runtimes/ and sandbox/.
  std::string http_program;  ///< Started as the server process. Or:
  int http_config_fd = -1;   ///< handed on to it unread (it holds the token).
  int client_fd = -1;        ///< A socket to the program that started this spawner as a helper.
  std::vector<std::string> remove_at_exit;  ///< Names of sockets that the server may not remove.
  /// How many slots of a kind are kept made ahead; negative: as the demand is.
  int ready_slots = -1;
  std::vector<std::string> python_preload;  ///< Modules that Python's zygote imports.
  int sweep_ms = 60'000;                    ///< How often leaves that nobody knows are removed.
  /// In a build for negative controls: --without-layer NAME leaves one out, which its probe is to
  /// find; with --serve-without-layer NAME, what is then not proved is not required either.
  sandbox::LayerSet layers;
  bool tolerant = false;
};

[[nodiscard]] base::Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace leash::spawner
