#include <fmt/format.h>

#include <cstdio>

#include "base/clock.h"
#include "base/tell.h"
#include "cli/config/state_dir.h"
#include "cli/text/standard_output.h"
#include "cli/text/table.h"
#include "cli/verbs/server_options.h"
#include "cli/verbs/verb.h"
#include "service/tokens/token_file.h"

namespace leash::cli {
namespace {

constexpr std::size_t kMaxCap = 1'000'000;

struct TokenOptions {
  ServerOptions server;
  std::string name;
  std::string scope = "run";
  std::optional<std::size_t> max_running;
  std::optional<std::size_t> max_queued;
};

base::Result<service::TokenFile> open_file(const TokenOptions& options, const Context& context) {
  const auto loaded = load(options.server, context);
  if (!loaded) return loaded.error();
  const auto folder = open_state_dir(loaded->settings.state_dir, IfMissing::kFail);
  if (!folder) return folder.error();
  return service::TokenFile::open(folder->get(), service::TokenFile::For::kWriting);
}

int add(const TokenOptions& options, const Context& context) {
  const auto scope = service::parse_scope(options.scope);
  if (!service::is_tenant_name(options.name)) {
    return fail("a token's name has 1 to 64 of A-Z a-z 0-9 . _ -, and is not 'admin'");
  }
  const auto secret = make_secret();
  if (!secret) return fail(secret.error());
  auto file = open_file(options, context);
  if (!file) return fail(file.error());
  const auto added = file->add({.tenant = {.name = options.name,
                                           .scope = *scope,
                                           .max_running = options.max_running,
                                           .max_queued = options.max_queued},
                                .hash = service::hash_token(*secret),
                                .created = base::SystemClock().wall_now()});
  if (!added) return fail(added.error());
  if (const int failed = write_stdout(*secret + '\n'); failed != 0) {
    fail(base::Error("print the token", "", failed, "so there is none"));
    if (const auto removed = file->remove(options.name); !removed) fail(removed.error());
    return kExitFailed;
  }
  base::tell("This is the token of '{}'. It is not shown again: only a hash is kept.\n",
             options.name);
  return kExitOk;
}

int remove(const TokenOptions& options, const Context& context) {
  auto file = open_file(options, context);
  if (!file) return fail(file.error());
  const auto removed = file->remove(options.name);
  return removed ? kExitOk : fail(removed.error());
}

int list(const TokenOptions& options, const Context& context) {
  auto file = open_file(options, context);
  if (!file) return fail(file.error());
  const auto entries = file->read();
  if (!entries) return fail(entries.error());
  const auto cap = [](const std::optional<std::size_t>& value) {
    return value ? std::to_string(*value) : std::string("-");
  };
  Table table({"NAME", "SCOPE", "MAX RUNNING", "MAX QUEUED", "CREATED"});
  for (const service::TokenEntry& entry : *entries) {
    const service::Tenant& tenant = entry.tenant;
    table.add({tenant.name, std::string(service::to_string(tenant.scope)), cap(tenant.max_running),
               cap(tenant.max_queued), base::format_wall_time(entry.created)});
  }
  fmt::print("{}", table.text());
  return kExitOk;
}

/// Where the server's state folder is: said in the same ways as for `leash serve`.
void add_folder_options(CLI::App& verb, TokenOptions& options) {
  verb.add_option("--config", options.server.config_file, "the leash.toml of the server")
      ->type_name("FILE");
  verb.add_option_function<std::string>(
          "--state-dir",
          [&options](const std::string& path) {
            options.server.given["state_dir"] = {.texts = {path}, .origin = "--state-dir"};
          },
          "the state folder of the server")
      ->type_name("DIR");
}

}  // namespace

void add_token(CLI::App& app, const Context& context, Action& action) {
  CLI::App* token = app.add_subcommand("token", "Add, list and remove tokens; each is a tenant");
  token->require_subcommand(1);
  token->footer("A running server takes each change at once.");
  auto options = std::make_shared<TokenOptions>();
  const auto verb = [&](const char* name, const char* help,
                        int (*act)(const TokenOptions&, const Context&)) {
    CLI::App* made = token->add_subcommand(name, help);
    add_folder_options(*made, *options);
    made->callback([options, &context, &action, act] {
      action = [options, &context, act] { return act(*options, context); };
    });
    return made;
  };
  CLI::App* adding = verb("add", "Make a token and print it, once", &add);
  adding->add_option("NAME", options->name, "the tenant's name")->required();
  adding
      ->add_option("--scope", options->scope,
                   "run: everything but /metrics; metrics: /metrics alone; admin: both")
      ->check(CLI::IsMember({"run", "admin", "metrics"}))
      ->capture_default_str();
  adding->add_option("--max-running", options->max_running, "how many of its runs go on at once")
      ->check(CLI::Range(std::size_t{1}, kMaxCap));
  adding->add_option("--max-queued", options->max_queued, "how many of its runs may wait")
      ->check(CLI::Range(std::size_t{0}, kMaxCap));
  verb("list", "List the tokens, without what they are", &list);
  CLI::App* removing =
      verb("remove", "Make a token worthless; its live runs are stopped, finished ones are kept",
           &remove);
  removing->add_option("NAME", options->name, "the tenant's name")->required();
}

}  // namespace leash::cli
