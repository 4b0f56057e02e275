#include "runtimes/js_host/program.h"

#include <cstdlib>
#include <ctime>

// Exported by the engine, but in none of its public headers (libpas/pas_scavenger.h): called on the
// allocator's own thread when that starts. Not there in every build of it.
extern "C" [[gnu::weak]] void (*pas_scavenger_did_start_callback)();

namespace leash::js_host {
namespace {

/// The allocator's thread gives unused pages back. It begins by touching, and in a forked process
/// so copying, all the pages in which the allocator keeps its books, under locks that the program
/// wants: a program that is short has no use for it.
void let_the_program_begin() {
  constexpr timespec kDelay{.tv_sec = 0, .tv_nsec = 250'000'000};
  nanosleep(&kDelay, nullptr);
}

/// The engine sizes heap and thread pools by the whole machine, which the sandbox does not grant
/// it. With these values a program that makes much garbage stays below the usual limit of a run
/// (256 MiB; 208 MiB instead of 310 measured), at a tenth more time; a greater live heap is not
/// affected. The caps on threads keep it far below the usual limit of tasks (64) on any machine.
constexpr std::pair<const char*, const char*> kEngineSettings[] = {
    {"JSC_forceRAMSize", "134217728"},        {"JSC_concurrentGCMaxHeadroom", "1.1"},
    {"JSC_numberOfGCMarkers", "2"},           {"JSC_maxNumberOfWorklistThreads", "3"},
    {"JSC_numberOfWasmCompilerThreads", "2"},
};

}  // namespace

void configure_engine() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet
  for (const auto& [name, value] : kEngineSettings) setenv(name, value, 0);
  if (&pas_scavenger_did_start_callback != nullptr) {
    pas_scavenger_did_start_callback = let_the_program_begin;
  }
}

Job make_job(int argc, const char* const* argv, const char* const* environment) {
  Job job{.path = argv[1], .args = {argv + 2, argv + argc}, .environment = {}};
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view text(*environment);
    const std::size_t equals = text.find('=', 1);
    if (equals == std::string_view::npos) continue;
    job.environment.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return job;
}

}  // namespace leash::js_host
