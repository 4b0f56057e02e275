// leash-js FILE [ARG…]: runs a script as an online JavaScript console would.
// leash-js --version: prints the version of the engine.

#include <JavaScriptCore/JavaScript.h>
#include <jsc/jsc.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtimes/js_host/host.h"
#include "runtimes/js_host/stdio.h"

namespace leash::js_host {
namespace {

constexpr int kUsageExit = 64;  // EX_USAGE

/// Settings of the engine, which it reads from its environment when it starts.
///
/// The engine sizes heap and thread pools by the whole machine, which the sandbox does not grant
/// it. With these values a program that makes much garbage stays below the usual limit of a run
/// (256 MiB; 208 MiB instead of 310 measured), at a tenth more time; a greater live heap is not
/// affected. The caps on threads keep it far below the usual limit of tasks (64) on any machine.
/// A setting that is in the environment already wins.
constexpr std::pair<const char*, const char*> kEngineSettings[] = {
    {"JSC_forceRAMSize", "134217728"},        {"JSC_concurrentGCMaxHeadroom", "1.1"},
    {"JSC_numberOfGCMarkers", "2"},           {"JSC_maxNumberOfWorklistThreads", "3"},
    {"JSC_numberOfWasmCompilerThreads", "2"},
};

std::vector<std::pair<std::string, std::string>> read_environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=', 1);
    if (equals == std::string_view::npos) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

int main_program(int argc, char** argv) {
  open_missing_stdio();
  if (argc < 2) {
    write_all(2, "usage: leash-js FILE [ARG...]\n");
    return kUsageExit;
  }
  if (std::string_view(argv[1]) == "--version") {
    write_all(1, "JavaScriptCore " + std::to_string(jsc_get_major_version()) + "." +
                     std::to_string(jsc_get_minor_version()) + "." +
                     std::to_string(jsc_get_micro_version()) + "\n");
    return 0;
  }
  const Job job{.path = argv[1],
                .args = std::vector<std::string>(argv + 2, argv + argc),
                .environment = read_environment()};
  for (const auto& [name, value] : kEngineSettings) setenv(name, value, 0);
  Host host;
  return host.run(job);
}

}  // namespace
}  // namespace leash::js_host

int main(int argc, char** argv) {
  _exit(leash::js_host::main_program(argc, argv));
}
