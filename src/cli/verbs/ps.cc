#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>

#include "cli/client/run_list.h"
#include "cli/verbs/client_options.h"
#include "cli/verbs/verb.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

struct PsOptions {
  ClientOptions client;
  bool all = false;
  bool json = false;
};

asio::awaitable<int> ps(ServerAddress server, const PsOptions& options) {
  const auto runs =
      co_await list_runs(std::move(server), options.all ? Which::kAll : Which::kUnfinished);
  if (!runs) co_return fail(runs.error());
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(*runs));
  } else {
    fmt::print("{}", show_runs(*runs, base::SystemClock().wall_now()));
  }
  co_return kExitOk;
}

}  // namespace

void add_ps(CLI::App& app, const Context& context, Action& action) {
  CLI::App* verb = app.add_subcommand("ps", "List the runs that are not finished");
  auto options = std::make_shared<PsOptions>();
  verb->add_flag("--all,-a", options->all, "finished ones too");
  verb->add_flag("--json", options->json, "as an array of Run objects");
  add_client_options(*verb, options->client);
  verb->callback([options, &context, &action] {
    action = [options, &context] {
      auto server = find_server(options->client, context);
      if (!server) return fail(server.error());
      return run_blocking(ps(*std::move(server), *options));
    };
  });
}

}  // namespace leash::cli
