#pragma once

#include <memory>
#include <string>

#include "cli/verbs/verb.h"

namespace leash::cli {

/// The options of the table of settings, and --config, as they were given on a command line.
struct ServerOptions {
  GivenValues given;
  std::string config_file;
};

/// Adds one option for each setting.
void add_server_options(CLI::App& verb, ServerOptions& options);

/// Reads the file and the environment and merges everything.
[[nodiscard]] base::Result<Loaded> load(const ServerOptions& options, const Context& context);

}  // namespace leash::cli
