#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "async/end_signals.h"
#include "cli/host/diagnosis.h"
#include "cli/host/helper.h"
#include "cli/session/verdict.h"
#include "cli/text/colours.h"
#include "cli/verbs/verb.h"
#include "service/service.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace {

std::string kernel() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown";
  return fmt::format("{} {} ({})", name.sysname, name.release, name.machine);
}

/// Every language's version and self-test, in real sandboxes, and the end of the helper: while the
/// loop still exists for which its runs have news.
void probe_languages(asio::io_context& loop, Helper& helper, Diagnosis& diagnosis) {
  const base::SystemClock clock;
  service::Service service({}, loop, helper.executor(), helper.catalog(), clock);
  service.probe_languages([&loop] { loop.stop(); });
  loop.run();
  diagnosis.languages = service.languages();
  for (const base::Error& error : helper.stop()) diagnosis.left.push_back(error.message());
}

/// `interrupted_by`: the signal that ended it early, if one did. None ends the process before the
/// helper and its folder are gone.
base::Result<Diagnosis> examine(int& interrupted_by) {
  std::unique_ptr<Helper> helper;
  asio::io_context loop(1);
  asio::signal_set signals(loop);
  async::add_end_signals(signals);
  signals.async_wait([&](const boost::system::error_code& failed, int number) {
    if (failed) return;
    interrupted_by = number;
    loop.stop();
  });
  auto started = Helper::start(nullptr, {});
  loop.poll();
  if (!started) return started.error();
  helper = *std::move(started);
  Diagnosis diagnosis{.kernel = kernel(),
                      .user = ::geteuid() == 0 ? "root" : fmt::format("uid {}", ::geteuid()),
                      .capabilities = helper->executor().capabilities()};
  if (interrupted_by == 0 && diagnosis.capabilities.complete()) {
    probe_languages(loop, *helper, diagnosis);
  } else {
    for (const base::Error& error : helper->stop()) diagnosis.left.push_back(error.message());
  }
  return diagnosis;
}

int doctor(bool as_json) {
  int interrupted_by = 0;
  const auto diagnosis = examine(interrupted_by);
  if (interrupted_by != 0) return kExitSignalBase + interrupted_by;
  if (!diagnosis) return fail(diagnosis.error());
  if (as_json) {
    fmt::print("{}\n", boost::json::serialize(to_json(*diagnosis)));
  } else {
    fmt::print("{}", describe(*diagnosis, Colours::for_fd(STDOUT_FILENO)));
  }
  return diagnosis->capabilities.complete() ? kExitOk : kExitFailed;
}

}  // namespace

void add_doctor(CLI::App& app, const Context& /*context*/, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "doctor", "Check whether this machine can run code, and say what is missing");
  verb->footer(
      "Exit code 0 if everything that is required is there, else 1; 128+N if signal N ended it.");
  auto as_json = std::make_shared<bool>(false);
  verb->add_flag("--json", *as_json, "for programs");
  verb->callback([as_json, &action] { action = [as_json] { return doctor(*as_json); }; });
}

}  // namespace leash::cli
