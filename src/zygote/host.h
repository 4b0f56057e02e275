#pragma once

#include <cstddef>
#include <vector>

#include "sandbox/spec.h"

namespace leash::zygote {

/// What leash-spawner tells a zygote on its command line, with the environment of runs as its own:
/// --socket N --filter N --root PATH, and
/// --language N --title-room ... [--preload NAME]... -- COMMAND..., or
/// --commands N
struct Options {
  int socket = -1;
  int filter = -1;             ///< The system call filter, a memfd.
  const char* root = nullptr;  ///< The root template.
  int commands = -1;           ///< A command image, a memfd. -1: there is one command.
  std::size_t language = 0;
  std::vector<const char*> preload;      ///< Modules that the operator wants imported for all runs.
  const char* const* command = nullptr;  ///< To run a program, with its placeholders.
  const char* const* environment = nullptr;  ///< As it was at the time of the call.
};

/// Reads main's own arguments; ends the process with a text if they are others. Call it before
/// anything changes the environment.
[[nodiscard]] Options read_options(int argc, char** argv);

/// What a program of this folder is made of. All of it is called in copies of the process.
struct Interpreter {
  void (*prepare)() = nullptr;  ///< See sandbox::WarmProgram; so is `become`.
  void (*become)(const sandbox::ExecCommand& command) = nullptr;
  /// Does what a run does, from prepare() to the end of a short program, and returns.
  void (*rehearse)() = nullptr;
};

/// Serves the spawner until its socket ends: for each request, clones the init of a slot, which
/// borrows this process's memory while it sets the slot up, forks this process into it, and becomes
/// a program of its own (leash-init). The copy waits for a job and then becomes `program`, inside
/// the sandbox. Call it in a process with one thread, which holds no lock that its copy would wait
/// for, when all is warm.
///
/// A zygote is trusted: it has the spawner's rights and sees nothing of any run. What it forks
/// gives up all rights before it reads a job.
[[noreturn]] void serve(const Options& options, const Interpreter& interpreter);

/// The same without an interpreter: the init of a slot is a copy of this process, and executes
/// whatever command its job names.
[[noreturn]] void serve_any_command(const Options& options);

}  // namespace leash::zygote
