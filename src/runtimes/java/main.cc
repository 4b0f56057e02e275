// leash-java compile ENTRY SOURCE…: makes program.jar of the sources.
// leash-java run [ARG…]: runs it, as `java -jar program.jar` would.
//
// With LEASH_PRESTART in its environment it has been started ahead of its job, which it waits for.

#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtimes/java/job.h"
#include "runtimes/java/machine.h"

namespace leash::java {
namespace {

constexpr const char* kPrestart = "LEASH_PRESTART";
constexpr int kUsageExit = 64;  // EX_USAGE
/// As large as that of a C program's main thread usually is.
constexpr std::size_t kStackSize = std::size_t{8} << 20;

using Words = std::vector<std::string>;

/// A compiler that is started ahead does not know yet what it will compile.
std::optional<Role> role_of(const Words& words, bool is_ahead) {
  if (words.size() >= 2 && words[1] == "run") return Role::kProgram;
  if (words.size() >= (is_ahead ? 2 : 3) && words[1] == "compile") return Role::kCompiler;
  return std::nullopt;
}

/// Java's main thread. It cannot be that of the process, whose stack Java cannot guard.
struct MainThread {
  Role role;
  bool is_ahead;
  std::promise<bool> ready;
  std::promise<Words> job;
  int code = 1;

  void work() {
    Machine machine;
    if (!machine.create(role) || (is_ahead && !machine.rehearse())) return ready.set_value(false);
    ready.set_value(true);
    const Words words = job.get_future().get();
    if (words.size() < 2) return;
    code = machine.run({words.begin() + 2, words.end()});
  }
};

int main_program(const Words& words) {
  const bool is_ahead = std::getenv(kPrestart) != nullptr;
  const std::optional<Role> role = role_of(words, is_ahead);
  if (!role) {
    std::fputs("usage: leash-java compile ENTRY SOURCE... | run [ARG...]\n", stderr);
    return kUsageExit;
  }
  MainThread thread{.role = *role, .is_ahead = is_ahead, .ready = {}, .job = {}};
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  pthread_t handle{};
  const int failed = ::pthread_create(
      &handle, &attributes,
      [](void* self) -> void* {
        static_cast<MainThread*>(self)->work();
        return nullptr;
      },
      &thread);
  ::pthread_attr_destroy(&attributes);
  if (failed != 0) {
    std::fputs("leash-java: no thread can be started\n", stderr);
    return 1;
  }
  if (thread.ready.get_future().get()) thread.job.set_value(is_ahead ? wait_for_job() : words);
  ::pthread_join(handle, nullptr);
  return thread.code;
}

}  // namespace
}  // namespace leash::java

int main(int argc, char** argv) {
  return leash::java::main_program({argv, argv + argc});
}
