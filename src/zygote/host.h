#pragma once

namespace leash::sandbox {
struct ExecCommand;
}

namespace leash::zygote {

/// What a warmed interpreter does at the turning points of a zygote's life. Plain functions, since
/// they are called around a fork.
struct Interpreter {
  void (*before_fork)() = nullptr;           ///< In the zygote.
  void (*after_fork_in_zygote)() = nullptr;  ///< In the zygote, whether it forked or not.
  /// In the program's process, inside the sandbox, with the rights and the environment of a run:
  /// becomes what the command would have been, and never returns.
  void (*become)(const sandbox::ExecCommand& command) = nullptr;
};

/// Serves the spawner until its socket ends: for each request, forks this process into a slot,
/// where it sets the slot up and waits for a job (sandbox/child/init). `argv` is main's own, as
/// leash-spawner gives it: --socket N --filter N --root PATH --language N -- COMMAND…; `environ` is
/// the environment of runs. Call it in a process with one thread, when all is warm.
///
/// A zygote is trusted: it has the spawner's rights and sees nothing of any run. What it forks
/// gives up all rights before it reads a job.
[[noreturn]] void serve(int argc, char** argv, const Interpreter& interpreter);

}  // namespace leash::zygote
