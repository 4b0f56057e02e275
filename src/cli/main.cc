#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>

#include "cli/verbs/verb.h"
#include "sys/standard_fds.h"

namespace leash::cli {
namespace {

constexpr std::array kVerbs = {&add_serve,  &add_run,     &add_ps,     &add_stop,
                               &add_logs,   &add_token,   &add_doctor, &add_bench,
                               &add_config, &add_version, &add_http};

bool has_verb(const CLI::App& app, std::string_view name) {
  return !app.get_subcommands([name](const CLI::App* verb) { return verb->get_name() == name; })
              .empty();
}

int start(int argc, char** argv) {
  Context context{.environment = current_environment(), .is_root = ::geteuid() == 0};
  int own = argc;  // what stands behind "--" is not for CLI11
  for (int i = 1; i < argc && own == argc; ++i) {
    if (std::string_view(argv[i]) == "--") own = i;
  }
  for (int i = own + 1; i < argc; ++i) context.rest.emplace_back(argv[i]);

  CLI::App app("Runs untrusted code, streams what it prints, and stops it for real.", "leash");
  app.require_subcommand(1);
  app.set_version_flag("--version", "leash " LEASH_VERSION);
  Action action;
  for (const auto& add : kVerbs) add(app, context, action);
  try {
    if (argc > 1 && argv[1][0] != '-' && !has_verb(app, argv[1])) {
      throw CLI::ExtrasError("leash", {argv[1]});
    }
    app.parse(own, argv);
    if (own < argc && !app.got_subcommand("run")) {
      throw CLI::ArgumentMismatch("only `leash run` takes something behind --");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return action();
}

}  // namespace
}  // namespace leash::cli

int main(int argc, char** argv) {
  leash::sys::open_missing_standard_fds();
  try {
    return leash::cli::start(argc, argv);
  } catch (const std::exception& error) {
    return leash::cli::fail(std::string_view(error.what()));
  }
}
