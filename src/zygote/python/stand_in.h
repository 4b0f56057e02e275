#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <set>
#include <string>

#include "sandbox/child/command.h"

namespace leash::zygote {

/// What differs between a copy of the warmed interpreter and one that was started for a program,
/// made so that it does not: at its beginning and at its end.
///
/// In C and not in Python, for what it costs: a function of Python writes to the reference counts
/// of all that it uses, and each page that has one of them is then copied for this run.
///
/// Of the thread that has the interpreter. What fails leaves no exception, but in prepare().
class StandIn {
 public:
  /// In the zygote: takes what it needs from `scope`, where warm.py was run. False, with an
  /// exception, if that is not there.
  [[nodiscard]] bool prepare(PyObject* scope);

  /// In a copy, before there is a job: of what a fork changes, what matters. The interpreter's own
  /// PyOS_AfterFork_Child would make all its locks anew, and so copy half as many pages again as
  /// the program itself.
  [[nodiscard]] bool after_fork() const;

  /// In a copy: it has the arguments and the environment of this command. Returns the path of the
  /// program, which is then to be run; empty if the copy cannot stand in for an interpreter of its
  /// own, as the job brings a module by the name of one that is here already.
  [[nodiscard]] std::string begin(const sandbox::ExecCommand& command) const;

  /// The end of the interpreter, but for the part that frees memory which the kernel is about to
  /// take. True if that is all: what the program left open is closed, and so written.
  [[nodiscard]] bool end() const;

 private:
  [[nodiscard]] bool has_module_of(const std::string& folder) const;
  [[nodiscard]] bool has_nobody_to_wait_for() const;

  PyObject* hooks_ = nullptr;        ///< Called after a fork.
  PyObject* main_thread_ = nullptr;  ///< What the module threading has for it.
  PyObject* environment_ = nullptr;  ///< The bytes that os.environ is a view of.
  PyObject* threading_ = nullptr;    ///< The variables of that module.
  PyObject* shutdown_ = nullptr;     ///< Its function of that name.
  PyObject* finish_threads_ = nullptr;
  PyObject* preloaded_ = nullptr;  ///< The names of the modules that are here at the start.
  PyObject* native_id_name_ = nullptr;
  PyObject* shutdown_name_ = nullptr;
  PyObject* exits_name_ = nullptr;
  PyObject* count_exits_ = nullptr;
  std::set<std::string> names_;  ///< Their first parts.
};

}  // namespace leash::zygote
