#include "zygote/python/stand_in.h"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "zygote/python/program_modules.h"
#include "zygote/python/python_ref.h"

namespace leash::zygote {
namespace {

PythonRef make_list(const char* const* texts, PyObject* (*make)(const char*)) {
  PythonRef list(PyList_New(0));
  for (; list && *texts != nullptr; ++texts) {
    const PythonRef item(make(*texts));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list;
}

bool set_environment(PyObject* environment, const char* const* variables) {
  PyDict_Clear(environment);
  for (; *variables != nullptr; ++variables) {
    const std::string_view variable = *variables;
    const std::size_t end = std::min(variable.find('='), variable.size());
    const std::string_view value = variable.substr(std::min(end + 1, variable.size()));
    const PythonRef name(PyBytes_FromStringAndSize(variable.data(), static_cast<Py_ssize_t>(end)));
    const PythonRef text(
        PyBytes_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size())));
    if (!name || !text || PyDict_SetItem(environment, name.get(), text.get()) != 0) return false;
  }
  return true;
}

bool set_arguments(const char* const* argv) {
  const PythonRef all = make_list(argv, PyUnicode_DecodeFSDefault);
  const PythonRef own = make_list(argv + 1, PyUnicode_DecodeFSDefault);
  PyObject* original = PySys_GetObject("orig_argv");
  return all && own && original != nullptr && PyList_Check(original) != 0 &&
         PyList_SetSlice(original, 0, PyList_GET_SIZE(original), all.get()) == 0 &&
         PySys_SetObject("argv", own.get()) == 0;
}

bool put_first_on_path(const std::string& folder) {
  PyObject* path = PySys_GetObject("path");
  const PythonRef entry(PyUnicode_DecodeFSDefault(folder.c_str()));
  return entry && path != nullptr && PyList_Check(path) != 0 &&
         PyList_Insert(path, 0, entry.get()) == 0;
}

bool flush(const char* stream) {
  PyObject* object = PySys_GetObject(stream);
  return object != nullptr && succeeded(PyObject_CallMethod(object, "flush", nullptr));
}

}  // namespace

bool StandIn::prepare(PyObject* scope) {
  const auto find = [scope](PyObject*& place, const char* name) {
    place = Py_XNewRef(PyDict_GetItemString(scope, name));
    if (place == nullptr) PyErr_Format(PyExc_NameError, "warm.py does not define %s", name);
    return place != nullptr;
  };
  const auto intern = [](PyObject*& place, const char* name) {
    place = PyUnicode_InternFromString(name);
    return place != nullptr;
  };
  PyObject* names = nullptr;
  if (!find(hooks_, "after_fork") || !find(main_thread_, "main_thread") ||
      !find(environment_, "environment") || !find(threading_, "threading_variables") ||
      !find(finish_threads_, "finish_threads") || !find(preloaded_, "preloaded") ||
      !find(count_exits_, "count_exits") || !find(names, "preloaded_names") ||
      !intern(native_id_name_, "_native_id") || !intern(shutdown_name_, "_shutdown") ||
      !intern(exits_name_, "_threading_atexits")) {
    return false;
  }
  shutdown_ = Py_XNewRef(PyDict_GetItem(threading_, shutdown_name_));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); ++i) {
    names_.insert(PyUnicode_AsUTF8(PyList_GET_ITEM(names, i)));
  }
  Py_DECREF(names);
  return make_main_module();
}

bool StandIn::after_fork() const {
  const unsigned long id = PyThread_get_thread_native_id();
  PyThreadState_Get()->native_thread_id = id;
  const PythonRef number(PyLong_FromUnsignedLong(id));
  if (!number || PyObject_SetAttr(main_thread_, native_id_name_, number.get()) != 0) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(hooks_); ++i) {
    if (!succeeded(PyObject_CallNoArgs(PyList_GET_ITEM(hooks_, i)))) return false;
  }
  return true;
}

bool StandIn::has_module_of(const std::string& folder) const {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
  if (!directory) return true;  // who knows
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (names_.contains(std::string(name.substr(0, name.find('.'))))) return true;
  }
  return false;
}

std::string StandIn::begin(const sandbox::ExecCommand& command) const {
  std::array<char, PATH_MAX> here{};
  if (::getcwd(here.data(), here.size()) == nullptr) return {};
  const std::string script = std::string(here.data()) + "/" + command.argv[1];
  // There are no links on the way.
  const std::string folder = std::filesystem::path(script).lexically_normal().parent_path();
  if (has_module_of(folder)) return {};
  const bool done = set_environment(environment_, command.envp) && set_arguments(command.argv) &&
                    put_first_on_path(folder);
  if (!done) PyErr_Clear();
  return done ? script : std::string();
}

bool StandIn::has_nobody_to_wait_for() const {
  PyThreadState* self = PyThreadState_Get();
  if (PyInterpreterState_ThreadHead(self->interp) != self || PyThreadState_Next(self) != nullptr) {
    return false;
  }
  PyObject* exits = PyDict_GetItem(threading_, exits_name_);
  if (PyDict_GetItem(threading_, shutdown_name_) != shutdown_ || exits == nullptr) return false;
  const PythonRef count(PyObject_CallNoArgs(count_exits_));
  return PyObject_Size(exits) == 0 && count && PyLong_AsLong(count.get()) == 0;
}

bool StandIn::end() const {
  bool done = has_nobody_to_wait_for() || succeeded(PyObject_CallNoArgs(finish_threads_));
  if (done) take_program_modules_away(preloaded_);
  done = done && flush("stdout") && flush("stderr");
  if (!done) PyErr_Clear();
  return done;
}

}  // namespace leash::zygote
