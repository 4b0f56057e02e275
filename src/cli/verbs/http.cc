#include <sys/types.h>

#include <memory>

#include "cli/config/server_config.h"
#include "cli/host/server_process.h"
#include "cli/verbs/verb.h"
#include "sys/memfd.h"

namespace leash::cli {
namespace {

constexpr std::size_t kMaxConfig = 1U << 20U;

struct HttpOptions {
  int config_fd = -1;
  int spawner_fd = -1;
  std::optional<uid_t> uid;
};

base::Result<ServerConfig> read_config(int fd) {
  const auto mapping = sys::SealedMapping::map(fd, kMaxConfig);
  if (!mapping) return mapping.error();
  return deserialize(mapping->view());
}

int http(const HttpOptions& options) {
  sys::UniqueFd config_fd(options.config_fd);
  auto config = read_config(config_fd.get());
  if (!config) return fail(config.error());
  config_fd.reset();
  ServerProcess process({.config = *std::move(config),
                         .spawner_socket = sys::UniqueFd(options.spawner_fd),
                         .uid = options.uid});
  const auto code = process.run();
  return code ? *code : fail(code.error());
}

}  // namespace

void add_http(CLI::App& app, const Context& /*context*/, Action& action) {
  CLI::App* verb = app.add_subcommand("http", "The server process; started by the spawner");
  verb->group("");  // hidden
  auto options = std::make_shared<HttpOptions>();
  verb->add_option("--config-fd", options->config_fd)->required();
  verb->add_option("--spawner-fd", options->spawner_fd)->required();
  verb->add_option("--uid", options->uid);
  verb->callback([options, &action] { action = [options] { return http(*options); }; });
}

}  // namespace leash::cli
