#include <fmt/format.h>

#include "cli/verbs/verb.h"

namespace leash::cli {

void add_version(CLI::App& app, const Context& /*context*/, Action& action) {
  app.add_subcommand("version", "Print the version")->callback([&action] {
    action = [] {
      fmt::print("leash {}\n", LEASH_VERSION);
      return kExitOk;
    };
  });
}

}  // namespace leash::cli
