#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "cli/verbs/verb.h"

namespace leash::cli {

/// The options that all client verbs have: --server and --state-dir (where the token is).
struct ClientOptions {
  std::string server;
  std::string state_dir;
};

void add_client_options(CLI::App& verb, ClientOptions& options);

[[nodiscard]] base::Result<ServerAddress> find_server(const ClientOptions& options,
                                                      const Context& context);

/// Runs a coroutine to its end on a loop of its own.
[[nodiscard]] int run_blocking(boost::asio::awaitable<int> work);
/// The same on a given loop, which nobody else runs.
[[nodiscard]] int run_blocking(boost::asio::io_context& loop, boost::asio::awaitable<int> work);

}  // namespace leash::cli
