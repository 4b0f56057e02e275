// leash-js-zygote: the JavaScript engine, started once and forked for each run. See zygote/host.h.

#include <dirent.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "runtimes/js_host/host.h"
#include "runtimes/js_host/program.h"
#include "sandbox/child/command.h"
#include "zygote/host.h"
#include "zygote/process_title.h"
#include "zygote/rehearsal.h"

// The thread with which the engine's allocator gives memory back: exported by it, but in none of
// its public headers. An engine with another allocator does not have it.
extern "C" {
[[gnu::weak]] void pas_scavenger_suspend();
[[gnu::weak]] void pas_scavenger_resume();
}

namespace {

using leash::js_host::Host;
using leash::js_host::Job;
using leash::sandbox::ExecCommand;

/// After so many the engine has translated it for good; more would wake its compiler threads.
constexpr int kRehearsals = 3;

int main_argc = 0;
char** main_argv = nullptr;
Host* warm_host = nullptr;

/// The engine reads these at its start, which is over.
bool configures_engine(std::string_view variable) {
  return variable.starts_with("JSC_") || variable.starts_with("LD_") ||
         variable.starts_with("LC_") || variable.starts_with("TZ=");
}

/// A copy that waits for its job would only take its memory to pieces.
void set_gives_memory_back(bool does) {
  if (pas_scavenger_suspend == nullptr || pas_scavenger_resume == nullptr) return;
  if (does) {
    pas_scavenger_resume();
  } else {
    pas_scavenger_suspend();
  }
}

[[noreturn]] void become(const ExecCommand& command) {
  for (const char* const* variable = command.envp; *variable != nullptr; ++variable) {
    if (!configures_engine(*variable)) continue;
    ::execve(command.argv[0], const_cast<char* const*>(command.argv),
             const_cast<char* const*>(command.envp));
    std::_Exit(127);
  }
  set_gives_memory_back(true);
  int argc = 0;
  while (command.argv[argc] != nullptr) ++argc;
  const Job job = leash::js_host::make_job(argc, command.argv, command.envp);
  leash::zygote::set_process_title(main_argc, main_argv, command.argv);
  std::_Exit(warm_host->run(job));
}

void prepare() {
  warm_host->reseed();
}

void rehearse() {
  prepare();
  const std::string script = leash::zygote::make_script("console.log(1)\n");
  const char* const argv[] = {"leash-js", script.c_str(), nullptr};
  static_cast<void>(warm_host->run(leash::js_host::make_job(2, argv, environ)));
}

int count_threads() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/task"), ::closedir);
  int count = -2;  // "." and ".."
  while (folder != nullptr && ::readdir(folder.get()) != nullptr) ++count;
  return count;
}

/// The engine's helper threads end by themselves after ten seconds without work, and begin again
/// when there is some: in the copy, too, if none was there when it was forked. Nothing tells of the
/// end of somebody else's thread, so this looks, and notices when the spawner has gone.
void wait_until_alone(int socket) {
  while (count_threads() > 1) {
    pollfd entry{.fd = socket, .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, 100) > 0) std::_Exit(0);
  }
}

}  // namespace

int main(int argc, char** argv) {
  main_argc = argc;
  main_argv = argv;
  ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  const leash::zygote::Options options = leash::zygote::read_options(argc, argv);
  leash::js_host::configure_engine();
  Host host;
  host.warm();
  for (int i = 0; i < kRehearsals; ++i) host.rehearse();
  warm_host = &host;
  set_gives_memory_back(false);
  wait_until_alone(options.socket);
  leash::zygote::serve(options, {.prepare = prepare, .become = become, .rehearse = rehearse});
}
