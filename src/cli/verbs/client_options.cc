#include "cli/verbs/client_options.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

namespace leash::cli {
namespace asio = boost::asio;

void add_client_options(CLI::App& verb, ClientOptions& options) {
  verb.add_option("--server", options.server,
                  "http://HOST:PORT, unix:PATH or a ready link (LEASH_URL)")
      ->type_name("URL");
  verb.add_option("--state-dir", options.state_dir,
                  "where the token of a server on this machine is (LEASH_STATE_DIR)")
      ->type_name("DIR");
}

base::Result<ServerAddress> find_server(const ClientOptions& options, const Context& context) {
  std::string state_dir = options.state_dir;
  if (state_dir.empty()) {
    const std::string* variable = find_variable(context.environment, "LEASH_STATE_DIR");
    state_dir =
        variable != nullptr ? *variable : default_state_dir(context.environment, context.is_root);
  }
  return find_server(options.server, state_dir, context.environment);
}

int run_blocking(asio::awaitable<int> work) {
  asio::io_context loop(1);
  return run_blocking(loop, std::move(work));
}

int run_blocking(asio::io_context& loop, asio::awaitable<int> work) {
  int code = kExitFailed;
  std::exception_ptr thrown;
  asio::co_spawn(loop, std::move(work), [&](std::exception_ptr exception, int result) {
    thrown = std::move(exception);
    code = result;
  });
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
  return code;
}

}  // namespace leash::cli
