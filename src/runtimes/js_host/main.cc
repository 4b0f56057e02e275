// leash-js FILE [ARG…]: runs a script as an online JavaScript console would.
// leash-js --version: prints the version of the engine.

#include <JavaScriptCore/JavaScript.h>
#include <jsc/jsc.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "runtimes/js_host/program.h"
#include "runtimes/js_host/stdio.h"

namespace leash::js_host {
namespace {

constexpr int kUsageExit = 64;  // EX_USAGE

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
  const Job job = make_job(argc, argv, environ);
  configure_engine();
  Host host;
  return host.run(job);
}

}  // namespace
}  // namespace leash::js_host

int main(int argc, char** argv) {
  _exit(leash::js_host::main_program(argc, argv));
}
