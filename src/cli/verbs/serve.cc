#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "cli/config/server_config.h"
#include "cli/config/state_dir.h"
#include "cli/host/resources.h"
#include "cli/text/colours.h"
#include "cli/verbs/server_options.h"
#include "cli/verbs/verb.h"
#include "sys/memfd.h"

namespace leash::cli {
namespace {

constexpr const char* kFooter =
    "The token is LEASH_TOKEN, or is made at first start and kept in the state folder.\n"
    "SIGTERM, Ctrl-C, Ctrl-\\ or a closed terminal ends it: live runs are given --drain-ms; a "
    "second\n"
    "one does not wait for them. A server under nohup outlives its terminal.";

/// The token, or "" with no_auth. Makes the state folder on the way.
base::Result<std::string> prepare(const Settings& settings, const Context& context) {
  const auto folder = open_state_dir(settings.state_dir);
  if (!folder) return folder.error();
  if (settings.no_auth) return std::string();
  return read_or_make_token(context.environment, folder->get());
}

/// All the descriptors that we may have. A shell or a service manager hands out 1,024, for programs
/// that use select(); 1,024 connections and the pipes of some hundred runs are more than that.
base::Result<void> take_all_descriptors() {
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return base::system_error("getrlimit");
  descriptors.rlim_cur = descriptors.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &descriptors) != 0) return base::system_error("setrlimit");
  return {};
}

/// Nothing of ours but `kept_fd` may reach the spawner: no signal setting, no environment.
base::Error become_spawner(const Settings& settings, const Resources& resources, int kept_fd) {
  std::vector<std::string> words = {
      resources.spawner(), "--state-dir",      settings.state_dir,
      "--resources",       resources.folder,   "--http-program",
      resources.program,   "--http-config-fd", std::to_string(kept_fd)};
  if (settings.ready_slots) {
    words.insert(words.end(), {"--ready-slots", std::to_string(*settings.ready_slots)});
  }
  for (const std::string& module : settings.python_preload) {
    words.insert(words.end(), {"--python-preload", module});
  }
  for (const std::string& address : settings.listen) {
    constexpr std::string_view kUnix = "unix:";
    if (address.starts_with(kUnix)) {
      words.insert(words.end(), {"--remove-at-exit", address.substr(kUnix.size())});
    }
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  char* const environment[] = {nullptr};
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Whoever started us may have left descriptors open.
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return base::system_error("close_range");
  if (::fcntl(kept_fd, F_SETFD, 0) != 0) return base::system_error("fcntl", "configuration");
  ::execve(words.front().c_str(), arguments.data(), environment);
  return base::system_error("start", words.front());
}

int serve(const ServerOptions& options, const Context& context) {
  const auto loaded = load(options, context);
  if (!loaded) return fail(loaded.error());
  for (const std::string& warning : loaded->warnings) fail(warning);
  const auto resources = find_resources();
  if (!resources) return fail(resources.error());
  auto token = prepare(loaded->settings, context);
  if (!token) return fail(token.error());
  const ServerConfig config{.settings = loaded->settings,
                            .token = *std::move(token),
                            .resources = resources->folder,
                            .colours = Colours::for_fd(STDOUT_FILENO).enabled()};
  const auto handed_over = sys::make_sealed_memfd("leash-config", serialize(config));
  if (!handed_over) return fail(handed_over.error());
  if (auto taken = take_all_descriptors(); !taken) return fail(taken.error());
  return fail(become_spawner(loaded->settings, *resources, handed_over->get()));
}

}  // namespace

void add_serve(CLI::App& app, const Context& context, Action& action) {
  CLI::App* verb = app.add_subcommand("serve", "Start the server");
  verb->footer(kFooter);
  auto options = std::make_shared<ServerOptions>();
  add_server_options(*verb, *options);
  verb->callback([options, &context, &action] {
    action = [options, &context] { return serve(*options, context); };
  });
}

}  // namespace leash::cli
