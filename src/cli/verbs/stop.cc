#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "cli/client/http_client.h"
#include "cli/client/json_field.h"
#include "cli/client/run_list.h"
#include "cli/client/stop_answer.h"
#include "cli/verbs/client_options.h"
#include "cli/verbs/verb.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

/// What a server takes at most; one that refuses more says so at once.
constexpr std::uint64_t kLongestGrace = 86'400'000;

struct StopOptions {
  ClientOptions client;
  std::vector<std::string> ids;
  std::string key;
  bool all = false;
  std::uint64_t grace_ms = 0;
};

/// Stops one run and prints the proof. A run that is no longer known is an error, unless it was
/// found a moment ago (`--all`): then it has gone, which is what was asked for.
asio::awaitable<int> stop_one(ServerAddress server, std::string target, std::uint64_t grace_ms,
                              bool may_be_gone) {
  std::string body;
  if (grace_ms > 0) body = fmt::format(R"({{"grace_ms":{}}})", grace_ms);
  Request request = Request::post(std::move(target), std::move(body));
  const auto patience = kAnswerTime + std::chrono::milliseconds(std::min(grace_ms, kLongestGrace));
  const auto response = co_await exchange_once(std::move(server), std::move(request), patience);
  if (!response) co_return fail(response.error());
  if (response->status == 404 && may_be_gone) co_return kExitOk;
  if (!response->is_success()) co_return fail(response->refusal("stop"));
  const auto document = response->json();
  if (!document) co_return fail(document.error());
  if (!document->is_object()) co_return fail("the answer to the stop is malformed");
  const StopText text = describe_stop(document->as_object());
  fmt::print("{}\n", text.line);
  co_return text.ended ? kExitOk : kExitFailed;
}

asio::awaitable<int> stop(ServerAddress server, const StopOptions& options) {
  std::vector<std::string> targets;
  for (const std::string& id : options.ids) {
    targets.push_back(fmt::format("/v1/runs/{}/stop", percent_encode(id)));
  }
  if (!options.key.empty()) {
    targets.push_back(fmt::format("/v1/keys/{}/stop", percent_encode(options.key)));
  }
  if (options.all) {
    const auto runs = co_await list_runs(server, Which::kUnfinished);
    if (!runs) co_return fail(runs.error());
    for (const boost::json::value& run : *runs) {
      if (const auto* object = run.if_object()) {
        targets.push_back(
            fmt::format("/v1/runs/{}/stop", percent_encode(text_field(*object, "id"))));
      }
    }
  }
  int code = kExitOk;
  for (const std::string& target : targets) {
    const int one = co_await stop_one(server, target, options.grace_ms, options.all);
    if (one != kExitOk) code = one;
  }
  co_return code;
}

}  // namespace

void add_stop(CLI::App& app, const Context& context, Action& action) {
  CLI::App* verb = app.add_subcommand("stop", "Stop runs and print the proof that nothing is left");
  auto options = std::make_shared<StopOptions>();
  auto* ids = verb->add_option("ID", options->ids, "the runs to stop");
  auto* key = verb->add_option("--key", options->key, "stop the run that holds this key");
  auto* all = verb->add_flag("--all", options->all, "stop every run that is not finished");
  verb->add_option("--grace", options->grace_ms, "let the program end by itself first (SIGTERM)")
      ->type_name("MS");
  ids->excludes(key)->excludes(all);
  key->excludes(all);
  add_client_options(*verb, options->client);
  verb->callback([options, &context, &action] {
    if (options->ids.empty() && options->key.empty() && !options->all) {
      throw CLI::RequiredError("ID, --key or --all");
    }
    action = [options, &context] {
      auto server = find_server(options->client, context);
      if (!server) return fail(server.error());
      return run_blocking(stop(*std::move(server), *options));
    };
  });
}

}  // namespace leash::cli
