#pragma once

#include <JavaScriptCore/JavaScript.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtimes/js_host/stdio.h"

namespace leash::js_host {

/// What a run gets from outside.
struct Job {
  std::string path;               ///< The script, relative to the working directory.
  std::vector<std::string> args;  ///< For process.argv.
  std::vector<std::pair<std::string, std::string>> environment;  ///< For process.env.
};

/// A JavaScript engine with everything an online console offers, and the loop that drives it.
///
/// Theory of operation. The constructor makes a context and evaluates the files of builtins/, each
/// of which gets two objects: `host`, whose methods are the C++ functions of natives.cc, and
/// `internal`, where the files leave what others (and this class) need. So far nothing depends on
/// a job: a process may be forked between the constructor and run(). run() hands the job over,
/// evaluates the script and then calls internal.step() until no timer is left. Each such call is an
/// outermost one, at whose end the engine runs all promise jobs.
///
/// One thread owns it. There is no destructor to speak of: a run ends with _exit(), because tearing
/// a heap down takes longer than the kernel needs to drop it.
class Host {
 public:
  Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() = default;

  /// Runs the job to its end and returns the exit code, unless the job ends the process itself.
  int run(const Job& job);

  /// Evaluates what is otherwise evaluated at its first use: for a process that will be forked.
  void warm() { call("warm", {}); }

  /// Does what any program does: what is made at its first use is there then. For a process that
  /// will be forked.
  void rehearse() { call("rehearse", {}); }

  /// After a fork: random numbers that no other copy of this process has.
  void reseed();

  /// Evaluates the file of builtins/ with this name; false if there is none. An exception of the
  /// file (the stack may be used up) is handed on. For natives.cc.
  bool load_builtin(std::string_view name, JSValueRef* exception);

  [[nodiscard]] LineReader& input() { return input_; }

 private:
  /// Calls internal.<name>(…); nullptr if it threw and the program dealt with that. The values must
  /// lie on the stack: that is where the collector looks for them.
  JSValueRef call(const char* name, std::initializer_list<JSValueRef> args);
  JSValueRef text(std::string_view utf8) const;
  void run_until_idle();
  void wait(double milliseconds) const;
  [[noreturn]] void die(std::string_view step, JSValueRef exception) const;

  JSGlobalContextRef context_;
  JSObjectRef internal_;
  JSObjectRef host_object_;
  LineReader input_{0};
};

}  // namespace leash::js_host
