#include <fmt/format.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <thread>

#include "async/end_signals.h"
#include "cli/bench/measurement.h"
#include "cli/host/diagnosis.h"
#include "cli/host/resources.h"
#include "cli/session/verdict.h"
#include "cli/verbs/client_options.h"
#include "cli/verbs/verb.h"
#include "sys/file.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

constexpr unsigned kLongest = 3600;
constexpr const char* kFooter =
    "Starts a server of its own on the loopback, with its defaults, and measures it over HTTP as\n"
    "clients use it, in turns with the bare commands. Nothing else should run meanwhile: what is\n"
    "said is the ratio. Needs the same rights as `leash serve`. Exit code: 0 if everything was\n"
    "measured, else 1; 128+N if signal N ended it.";

struct Options {
  BenchOptions bench;
  bool json = false;
};

/// The value of the first line "NAME : VALUE" of a file in /proc.
std::string proc_value(const std::string& path, std::string_view name) {
  const auto text = sys::read_file(path);
  if (!text) return "";
  const std::size_t begin = text->find(name);
  const std::size_t colon = begin == std::string::npos ? begin : text->find(": ", begin);
  if (colon == std::string::npos) return "";
  return text->substr(colon + 2, text->find('\n', colon) - colon - 2);
}

Machine this_machine() {
  utsname name{};
  ::uname(&name);
  struct sysinfo info {};
  ::sysinfo(&info);
  const std::string cpu = proc_value("/proc/cpuinfo", "model name");
  return {.kernel = fmt::format("{} {} ({})", name.sysname, name.release, name.machine),
          .cpu = cpu.empty() ? std::string(name.machine) : cpu,
          .cores = std::max(1U, std::thread::hardware_concurrency()),
          .memory = {std::uint64_t{info.totalram} * info.mem_unit}};
}

/// The ids of what was asked for, by id or alias.
base::Result<void> resolve(std::vector<std::string>& languages, const runtimes::Catalog& catalog) {
  for (std::string& language : languages) {
    const auto index = catalog.find(language);
    if (!index) {
      std::string known;
      for (const auto& one : catalog.languages()) known += (known.empty() ? "" : ", ") + one.id;
      return base::plain_error("measure", language, "no such language; there are " + known);
    }
    language = catalog.languages()[*index].id;
  }
  return {};
}

void show(const BenchReport& report, bool as_json) {
  if (as_json) {
    fmt::print("{}\n", boost::json::serialize(to_json(report)));
  } else {
    fmt::print("{}", describe(report, Colours::for_fd(STDOUT_FILENO)));
  }
}

/// A language that was asked for by name and could not be measured is a failure; one that is not
/// installed here is not.
int exit_code(const BenchReport& report, const BenchOptions& options) {
  const bool all = std::ranges::all_of(options.languages, [&](const std::string& language) {
    return std::ranges::find(report.hellos, language, &HelloRow::language) != report.hellos.end();
  });
  return all ? kExitOk : kExitFailed;
}

/// Ends the loop's last work: the wait for a signal.
asio::awaitable<int> measure(Measurement& measurement, const Progress& progress,
                             const Options& options, asio::signal_set& signals) {
  auto report = co_await measurement.run();
  signals.cancel();
  progress.clear();
  if (!report) co_return fail(report.error());
  report->machine = this_machine();
  show(*report, options.json);
  co_return exit_code(*report, options.bench);
}

int bench(Options options) {
  const auto resources = find_resources();
  if (!resources) return fail(resources.error());
  const auto catalog = runtimes::load_catalog(resources->runtimes());
  if (!catalog) return fail(catalog.error());
  if (const auto known = resolve(options.bench.languages, *catalog); !known) {
    return fail(known.error());
  }
  int interrupted_by = 0;
  int code = kExitFailed;
  std::unique_ptr<PrivateServer> server;
  {
    const Progress progress;
    asio::io_context loop(1);
    asio::signal_set signals(loop);
    async::add_end_signals(signals);
    signals.async_wait([&](const boost::system::error_code& failed, int number) {
      if (failed) return;
      interrupted_by = number;
      loop.stop();  // what waits there is dropped with it
    });
    auto started = PrivateServer::start(*resources);
    if (!started) return fail(started.error());
    server = *std::move(started);
    Measurement measurement(options.bench, *server, *catalog, progress);
    code = run_blocking(loop, measure(measurement, progress, options, signals));
  }
  if (const auto stopped = server->stop(); !stopped && code == kExitOk) {
    return fail(stopped.error());
  }
  return interrupted_by == 0 ? code : kExitSignalBase + interrupted_by;
}

}  // namespace

void add_bench(CLI::App& app, const Context& /*context*/, Action& action) {
  CLI::App* verb = app.add_subcommand("bench", "Measure leash on this machine, in about a minute");
  verb->footer(kFooter);
  auto options = std::make_shared<Options>();
  verb->add_option("--seconds", options->bench.seconds, "how long to measure, in all")
      ->type_name("N")
      ->check(CLI::Range(1U, kLongest))
      ->capture_default_str();
  verb->add_option("--languages", options->bench.languages,
                   "only these: ids or aliases, with commas; default: all that are available")
      ->type_name("L")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->take_all();
  verb->add_flag("--json", options->json, "for programs");
  verb->callback([options, &action] { action = [options] { return bench(*options); }; });
}

}  // namespace leash::cli
