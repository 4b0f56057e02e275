// leash-spawner: the small, privileged parent of everything. See src/spawner/README.md.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>

#include "async/end_signals.h"
#include "base/scope_guard.h"
#include "base/tell.h"
#include "protocol/channel.h"
#include "runtimes/catalog.h"
#include "sandbox/cgroup/hierarchies.h"
#include "sandbox/launch.h"
#include "sandbox/mount/root_template.h"
#include "sandbox/network/spare_networks.h"
#include "sandbox/seccomp/program.h"
#include "spawner/exec_table.h"
#include "spawner/layers.h"
#include "spawner/options.h"
#include "spawner/privileges.h"
#include "spawner/reclaim.h"
#include "spawner/slot_pool.h"
#include "spawner/start_failure.h"
#include "spawner/supervisor.h"
#include "spawner/sweeper.h"
#include "spawner/uid_range.h"
#include "spawner/warm_set.h"
#include "spawner/wire_mode.h"
#include "sys/file.h"
#include "sys/standard_fds.h"

namespace leash::spawner {
namespace {

constexpr std::chrono::seconds kPatience{5};

/// The root template is mounted on the runtime folder, in the spawner's own mount namespace: a
/// folder that exists and that nobody in there needs. On the host nothing is mounted on it.
sandbox::RootTemplate::Options root_options(const Options& options, const Privileges& privileges,
                                            const runtimes::Catalog& catalog) {
  sandbox::RootTemplate::Options root{.mount_point = privileges.runtime_folder,
                                      .resources = options.resources + "/sandbox",
                                      .precompiled = options.resources + "/precompiled",
                                      .mounts = {},
                                      .layers = options.layers};
  for (const auto& language : catalog.languages()) {
    root.mounts.insert(root.mounts.end(), language.mounts.begin(), language.mounts.end());
  }
  return root;
}

protocol::Hello make_hello(const runtimes::Catalog& catalog, sandbox::CgroupMode mode,
                           const Privileges& privileges,
                           const std::vector<protocol::LayerStatus>& layers) {
  protocol::Hello hello{.catalog_fingerprint = catalog.fingerprint(),
                        .cgroup_mode = wire_mode(mode),
                        .rootless = privileges.rootless ? 1U : 0U};
  for (const protocol::LayerStatus& layer : layers) {
    if (hello.layer_count < protocol::kMaxLayers) hello.layers[hello.layer_count++] = layer;
  }
  return hello;
}

Demand::Bounds ready_bounds(const Options& options) {
  if (options.ready_slots < 0) return bounds_for_this_machine();
  const auto fixed = static_cast<std::size_t>(options.ready_slots);
  return {.least = fixed, .most = fixed};
}

/// The names of unix sockets: the server, which has dropped its rights, could not.
void remove_sockets(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  }
}

/// It has the rights of root and, until its server has them, secrets: nobody reads its memory, nor
/// a dump of it.
base::Result<void> hide_memory() {
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) return base::system_error("prctl(PR_SET_DUMPABLE)");
  // One byte: too small for a file and, unlike 0, also the kernel's sign not to start a program of
  // the host for it (a core_pattern that is a pipe). A hard limit of 0 stays as it is.
  rlimit core{};
  if (::getrlimit(RLIMIT_CORE, &core) != 0) return base::system_error("getrlimit(RLIMIT_CORE)");
  core.rlim_max = std::min<rlim_t>(core.rlim_max, 1);
  core.rlim_cur = core.rlim_max;
  if (::setrlimit(RLIMIT_CORE, &core) != 0) return base::system_error("setrlimit(RLIMIT_CORE)");
  return {};
}

void remove_cgroups(sandbox::CgroupInstance& cgroups) {
  // A set-up that failed half-way may have left one with a process in it.
  if (const auto rest = reclaim_leaves(cgroups, kPatience); !rest) {
    base::tell("leash: {}\n", rest.error().message());
  }
  if (auto removed = cgroups.remove(); !removed) {
    base::tell("leash: {}\n", removed.error().message());
  }
}

base::Result<int> run(const Options& options) {
  const auto privileges = acquire_privileges();
  if (!privileges) return privileges.error();
  if (auto hidden = hide_memory(); !hidden) return hidden.error();
  std::signal(SIGPIPE, SIG_IGN);

  auto state = sys::open_directory(options.state_dir);
  if (!state) return state.error();
  const auto lock = lock_state_dir(state->get(), kPatience);
  if (!lock) return lock.error();
  auto catalog = runtimes::load_catalog(options.resources + "/runtimes");
  if (!catalog) return catalog.error();
  const auto hierarchies = sandbox::detect_hierarchies();
  if (!hierarchies) return hierarchies.error();
  const auto name = sandbox::instance_name(state->get());
  if (!name) return name.error();
  auto uids = UidRange::acquire(*privileges);
  if (!uids) return uids.error();
  boost::asio::io_context loop(1);
  // From here on there is something to take away: whoever ends this server is heard, if only when
  // it has started.
  boost::asio::signal_set signals(loop);
  async::add_end_signals(signals);
  auto cgroups = sandbox::CgroupInstance::open(*hierarchies, *name);
  if (!cgroups) return cgroups.error();
  const base::ScopeGuard remove([&cgroups] { remove_cgroups(*cgroups); });
  const auto reclaimed = reclaim_leaves(*cgroups, kPatience);
  if (!reclaimed) return reclaimed.error();
  if (*reclaimed > 0) {
    base::tell("leash: removed {} slots that an earlier server had left\n", *reclaimed);
  }
  auto root = sandbox::RootTemplate::prepare(root_options(options, *privileges, *catalog));
  if (!root) return root.error();

  const ExecTable table(*catalog);
  sandbox::LaunchContext context{.cgroups = &*cgroups,
                                 .root = root->path(),
                                 .filter = sandbox::make_seccomp_program(sandbox::syscall_policy()),
                                 .languages = table.entries(),
                                 .layers = options.layers};
  const uid_t probe_uid = uids->take().value();
  std::vector<protocol::LayerStatus> layers =
      prove_layers(context, probe_uid, privileges->rootless);
  if (options.tolerant) {
    for (protocol::LayerStatus& layer : layers) layer.required = layer.proved;
  }
  uids->give_back(probe_uid);
  const protocol::Hello hello = make_hello(*catalog, cgroups->mode(), *privileges, layers);

  sandbox::SpareNetworks networks;
  context.networks = &networks;
  int exit_code = 0;
  {
    WarmSet warm(loop, context, *catalog, {{"python", options.python_preload}});
    SlotPool pool(loop, context, *uids, warm, {.ready = ready_bounds(options)});
    const Sweeper sweeper(loop, *cgroups, std::chrono::milliseconds(options.sweep_ms),
                          [&pool](const std::string& leaf) { return pool.has(leaf); });
    Supervisor supervisor(loop, signals, options, pool, hello, catalog->languages().size(),
                          uids->server_uid());
    if (auto started = supervisor.start(); !started) return started.error();
    pool.fill();
    loop.run();
    exit_code = supervisor.exit_code();
  }
  remove_sockets(options.remove_at_exit);
  return exit_code;
}

/// To the program whose helper this is; an error of its own is of no use to anybody.
void report_failure(const Options& options, const base::Error& error, bool rootless) {
  const auto catalog = runtimes::load_catalog(options.resources + "/runtimes");
  const auto hierarchies = sandbox::detect_hierarchies();
  const auto mode = hierarchies ? hierarchies->mode() : sandbox::CgroupMode::kNone;
  static_cast<void>(protocol::send(
      options.client_fd,
      make_failure_hello(error, catalog ? catalog->fingerprint() : 0, rootless, wire_mode(mode))));
}

}  // namespace
}  // namespace leash::spawner

int main(int argc, char** argv) {
  leash::sys::open_missing_standard_fds();
  const auto options = leash::spawner::parse_options({argv + 1, argv + argc});
  if (!options) {
    leash::base::tell("leash-spawner: {}\n", options.error().message());
    return 2;
  }
  const bool rootless = ::geteuid() != 0;  // before it becomes root of its own namespace
  // What the event loop throws when the kernel refuses it something: everything is ended.
  const auto result = [&]() -> leash::base::Result<int> {
    try {
      return leash::spawner::run(*options);
    } catch (const std::exception& error) {
      return leash::base::plain_error("go on", "", error.what());
    }
  }();
  if (!result && options->client_fd >= 0) {
    leash::spawner::report_failure(*options, result.error(), rootless);
    return 0;
  }
  if (!result) {
    leash::base::tell("leash: {}\n", result.error().message());
    return 1;
  }
  return *result;
}
