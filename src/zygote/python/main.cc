// leash-python: the system's Python, started once and forked for each run. See zygote/host.h.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/child/command.h"
#include "zygote/host.h"
#include "zygote/process_title.h"
#include "zygote/python/stand_in.h"
#include "zygote/python/warm_source.h"
#include "zygote/rehearsal.h"

namespace {

using leash::sandbox::ExecCommand;
using leash::zygote::StandIn;

constexpr const char* kInterpreter = "/usr/bin/python3";

int main_argc = 0;
char** main_argv = nullptr;
const char* const* own_environment = nullptr;
StandIn stand_in;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "leash-python: %s\n", what);
  if (PyErr_Occurred() != nullptr) PyErr_Print();
  std::_Exit(1);
}

/// True if the interpreter would have looked at this variable at its start, which is over.
bool is_read_at_start(std::string_view variable) {
  for (const std::string_view prefix : {"PYTHON", "LD_", "LC_", "LANG", "TZ=", "MALLOC_"}) {
    if (variable.starts_with(prefix)) return true;
  }
  return false;
}

bool is_own(const char* variable) {
  for (const char* const* own = own_environment; *own != nullptr; ++own) {
    if (std::strcmp(*own, variable) == 0) return true;
  }
  return false;
}

/// A warmed interpreter can stand in for this command; else it is executed.
bool can_stand_in(const ExecCommand& command) {
  if (std::strcmp(command.argv[0], kInterpreter) != 0 || command.argv[1] == nullptr) return false;
  if (!std::string_view(command.argv[1]).ends_with(".py")) return false;
  for (const char* const* variable = command.envp; *variable != nullptr; ++variable) {
    if (is_read_at_start(*variable) && !is_own(*variable)) return false;
  }
  return true;
}

[[noreturn]] void execute(const ExecCommand& command) {
  ::execve(command.argv[0], const_cast<char* const*>(command.argv),
           const_cast<char* const*>(command.envp));
  std::_Exit(127);
}

void prepare() {
  if (!stand_in.after_fork()) die("cannot prepare");
}

struct End {
  bool failed = false;
  bool interrupted = false;
  bool finished = false;  ///< Else the interpreter's own way of ending is to deal with it.
};

/// Nothing if the copy cannot stand in for an interpreter of its own.
std::optional<End> run(const ExecCommand& command) {
  ::clearenv();
  for (const char* const* variable = command.envp; *variable != nullptr; ++variable) {
    ::putenv(const_cast<char*>(*variable));
  }
  const std::string path = stand_in.begin(command);
  if (path.empty()) return std::nullopt;
  leash::zygote::set_process_title(main_argc, main_argv, command.argv);
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) die("cannot open the program");
  const bool failed = PyRun_AnyFileExFlags(file, path.c_str(), 1, nullptr) != 0;
  return End{.failed = failed,
             .interrupted = failed && PySys_GetObject("last_type") == PyExc_KeyboardInterrupt,
             .finished = stand_in.end()};
}

[[noreturn]] void become(const ExecCommand& command) {
  const auto end = can_stand_in(command) ? run(command) : std::nullopt;
  if (!end) execute(command);
  if (!end->finished) std::exit(Py_FinalizeEx() < 0 ? 120 : (end->failed ? 1 : 0));
  std::fflush(nullptr);
  if (end->interrupted) {  // so that a parent sees why it ended, as the interpreter itself does it
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  std::_Exit(end->failed ? 1 : 0);
}

void rehearse() {
  prepare();
  const std::string script = leash::zygote::make_script("print(1)\n");
  const char* const argv[] = {kInterpreter, script.c_str(), nullptr};
  static_cast<void>(run({.argv = argv, .envp = own_environment}));
  std::fflush(nullptr);
}

/// Descriptors 0 and 1 are pipes, as in a run, when the interpreter makes its streams of them.
void open_standard_streams() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0 || ::dup3(ends[0], 0, 0) < 0 || ::dup3(ends[1], 1, 0) < 0) {
    die("pipe");
  }
}

void start_interpreter() {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.parse_argv = 0;
  PyStatus status = PyConfig_SetBytesString(&config, &config.program_name, kInterpreter);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

void warm_up(const leash::zygote::Options& options) {
  PyObject* scope = PyDict_New();
  if (scope == nullptr || PyDict_SetItemString(scope, "__builtins__", PyEval_GetBuiltins()) != 0) {
    die("out of memory");
  }
  PyObject* preload = PyList_New(0);
  for (const char* module : options.preload) {
    PyObject* name = PyUnicode_DecodeFSDefault(module);
    if (name == nullptr || PyList_Append(preload, name) != 0) die("out of memory");
  }
  if (PyDict_SetItemString(scope, "wanted_modules", preload) != 0) die("out of memory");
  PyObject* done = PyRun_String(kWarmSource, Py_file_input, scope, scope);
  if (done == nullptr) die("cannot warm up");
  Py_DECREF(done);
  if (!stand_in.prepare(scope)) die("cannot warm up");
}

}  // namespace

int main(int argc, char** argv) {
  main_argc = argc;
  main_argv = argv;
  const leash::zygote::Options options = leash::zygote::read_options(argc, argv);
  own_environment = options.environment;
  open_standard_streams();
  // Huge pages would be copied whole for one written byte.
  ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  start_interpreter();
  warm_up(options);
  std::fflush(nullptr);  // what a module has printed is not for each of the runs
  leash::zygote::serve(options, {.prepare = prepare, .become = become, .rehearse = rehearse});
}
