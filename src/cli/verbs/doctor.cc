#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "cli/host/diagnosis.h"
#include "cli/host/helper.h"
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

/// Every language's version and self-test, in real sandboxes.
std::vector<service::LanguageStatus> probe_languages(Helper& helper) {
  asio::io_context loop(1);
  const base::SystemClock clock;
  service::Service service({}, loop, helper.executor(), helper.catalog(), clock);
  const auto keep_running = asio::make_work_guard(loop);
  service.probe_languages([&loop] { loop.stop(); });
  loop.run();
  return service.languages();
}

base::Result<Diagnosis> examine() {
  auto helper = Helper::start(nullptr, {});
  if (!helper) return helper.error();
  Diagnosis diagnosis{.kernel = kernel(),
                      .user = ::geteuid() == 0 ? "root" : fmt::format("uid {}", ::geteuid()),
                      .capabilities = (*helper)->executor().capabilities()};
  if (diagnosis.capabilities.complete()) diagnosis.languages = probe_languages(**helper);
  for (const base::Error& error : (*helper)->stop()) diagnosis.left.push_back(error.message());
  return diagnosis;
}

int doctor(bool as_json) {
  const auto diagnosis = examine();
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
  verb->footer("Exit code 0 if everything that is required is there, else 1.");
  auto as_json = std::make_shared<bool>(false);
  verb->add_flag("--json", *as_json, "for programs");
  verb->callback([as_json, &action] { action = [as_json] { return doctor(*as_json); }; });
}

}  // namespace leash::cli
