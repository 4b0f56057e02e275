#pragma once

#include <CLI/CLI.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/client/server_address.h"
#include "cli/config/load.h"

namespace leash::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

/// What every verb is given.
struct Context {
  Environment environment;
  bool is_root = false;
  std::vector<std::string> rest;  ///< What stood behind "--".
};

/// The work of the verb that was chosen; gives the exit code.
using Action = std::function<int()>;

/// Each adds its subcommand to `app`; when that is chosen, `action` is set. Both references must
/// outlive the parsing, `context` the action too.
void add_serve(CLI::App& app, const Context& context, Action& action);
void add_http(CLI::App& app, const Context& context, Action& action);
void add_config(CLI::App& app, const Context& context, Action& action);
void add_run(CLI::App& app, const Context& context, Action& action);
void add_ps(CLI::App& app, const Context& context, Action& action);
void add_stop(CLI::App& app, const Context& context, Action& action);
void add_logs(CLI::App& app, const Context& context, Action& action);
void add_token(CLI::App& app, const Context& context, Action& action);
void add_bench(CLI::App& app, const Context& context, Action& action);
void add_doctor(CLI::App& app, const Context& context, Action& action);
void add_version(CLI::App& app, const Context& context, Action& action);

/// "leash: …" on stderr, on one line; gives kExitFailed.
int fail(const base::Error& error);
int fail(std::string_view text);

}  // namespace leash::cli
