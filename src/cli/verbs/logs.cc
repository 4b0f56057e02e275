#include <boost/asio/this_coro.hpp>
#include <boost/json.hpp>

#include "cli/client/event_json.h"
#include "cli/client/http_client.h"
#include "cli/client/json_field.h"
#include "cli/session/remote_run.h"
#include "cli/session/terminal_output.h"
#include "cli/session/verdict.h"
#include "cli/text/standard_output.h"
#include "cli/verbs/client_options.h"
#include "cli/verbs/verb.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

struct LogsOptions {
  ClientOptions client;
  std::string id;
  bool follow = false;
};

int written(const TerminalOutput& output) {
  const std::string text = describe_write_failure(output.stdout_failure());
  return output.stdout_failure() == 0 || text.empty() ? kExitOk : fail(text);
}

/// What was kept so far: stdout, then stderr.
asio::awaitable<int> show_kept(ServerAddress server, const LogsOptions& options) {
  const auto response = co_await exchange_once(
      std::move(server), Request::get("/v1/runs/" + percent_encode(options.id)));
  if (!response) co_return fail(response.error());
  if (!response->is_success()) co_return fail(response->refusal("read the run"));
  const auto document = response->json();
  if (!document) co_return fail(document.error());
  if (!document->is_object()) co_return fail("the answer holds no run");
  const boost::json::object& run = document->as_object();
  TerminalOutput output(co_await asio::this_coro::executor);
  for (const run::Stream stream : {run::Stream::kStdout, run::Stream::kStderr}) {
    const std::string name(to_string(stream));
    static_cast<void>(co_await output.write(stream, read_output(run, name)));
    if (flag_field(run, name + "_truncated"))
      co_await output.say("more of " + name + " was not kept");
  }
  co_return written(output);
}

/// Everything from the start, as it comes, until the run has finished. Leaving does not end it.
asio::awaitable<int> show_live(ServerAddress server, const LogsOptions& options) {
  auto run = co_await RemoteRun::attach(std::move(server), options.id);
  if (!run) co_return fail(run.error());
  TerminalOutput output(co_await asio::this_coro::executor);
  while (true) {
    const auto event = co_await (*run)->next();
    if (!event) co_return fail(event.error());
    const run::EventBody& body = (*event)->body;
    if (const auto* piece = std::get_if<run::OutputEvent>(&body)) {
      if (!co_await output.write(piece->stream, piece->data)) co_return written(output);
    } else if (const auto* cut = std::get_if<run::TruncatedEvent>(&body)) {
      co_await output.say(std::to_string(cut->missing_bytes) + " bytes were dropped");
    } else if (const auto* finished = std::get_if<run::FinishedEvent>(&body)) {
      const std::string text = describe_end(*finished->snapshot);
      if (!text.empty()) co_await output.say(text);
      co_return kExitOk;
    }
  }
}

}  // namespace

void add_logs(CLI::App& app, const Context& context, Action& action) {
  CLI::App* verb = app.add_subcommand("logs", "Show the output of a run");
  auto options = std::make_shared<LogsOptions>();
  verb->add_option("ID", options->id, "the run")->required();
  verb->add_flag("--follow,-f", options->follow, "from the start, and as it comes until the end");
  add_client_options(*verb, options->client);
  verb->callback([options, &context, &action] {
    action = [options, &context] {
      auto server = find_server(options->client, context);
      if (!server) return fail(server.error());
      return run_blocking(options->follow ? show_live(*std::move(server), *options)
                                          : show_kept(*std::move(server), *options));
    };
  });
}

}  // namespace leash::cli
