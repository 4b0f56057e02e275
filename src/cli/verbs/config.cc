#include <fmt/format.h>

#include <cstdio>

#include "cli/text/table.h"
#include "cli/verbs/server_options.h"
#include "cli/verbs/verb.h"
#include "http/compat/flow/flow_modules.h"

namespace leash::cli {
namespace {

int check(const ServerOptions& options, const Context& context) {
  const auto loaded = load(options, context);
  if (!loaded) return fail(loaded.error());
  // The folders' content is no value, but the server does not start without it.
  const auto modules = http::FlowModules::load(loaded->settings.flow_modules);
  if (!modules) return fail(modules.error());
  Table table({"KEY", "VALUE", "FROM"});
  for (const Setting& setting : setting_table()) {
    table.add({std::string(setting.key), show_value(loaded->settings, setting),
               loaded->origins.at(setting.key)});
  }
  fmt::print("{}", table.text());
  for (const std::string& warning : loaded->warnings) fail(warning);
  return kExitOk;
}

}  // namespace

void add_config(CLI::App& app, const Context& context, Action& action) {
  CLI::App* config = app.add_subcommand("config", "Look at the server's configuration");
  config->require_subcommand(1);
  CLI::App* verb = config->add_subcommand(
      "check", "Check the configuration and print its effective values and where each came from");
  auto options = std::make_shared<ServerOptions>();
  add_server_options(*verb, *options);
  verb->callback([options, &context, &action] {
    action = [options, &context] { return check(*options, context); };
  });
}

}  // namespace leash::cli
