#include "zygote/python/program_modules.h"

#include <vector>

#include "zygote/python/python_ref.h"

namespace leash::zygote {
namespace {

constexpr const char* kMain = "__main__";

/// As `gc.collect()`, which minds no `gc.disable()`.
void collect() {
  PyGC_Enable();
  PyGC_Collect();
}

/// Takes the module away, whose variables may live on in its functions. Among them is put an object
/// of nobody else; returns a weak reference to that, or null if it is no module.
PythonRef take_away(PyObject* modules, PyObject* name) {
  PyObject* module = PyDict_GetItemWithError(modules, name);
  PythonRef weak;
  if (module != nullptr && PyModule_Check(module) != 0) {
    const PythonRef mark(PySet_New(nullptr));
    if (mark && PyDict_SetItemString(PyModule_GetDict(module), "__mark__", mark.get()) == 0) {
      weak.reset(PyWeakref_NewRef(mark.get(), nullptr));
    }
  }
  if (module != nullptr) static_cast<void>(PyDict_DelItem(modules, name));
  return weak;
}

/// Private names first, which the others' last calls do without, as in the interpreter.
bool goes_first(PyObject* name) {
  return PyUnicode_GET_LENGTH(name) > 0 && PyUnicode_READ_CHAR(name, 0) == '_' &&
         (PyUnicode_GET_LENGTH(name) == 1 || PyUnicode_READ_CHAR(name, 1) != '_');
}

void clear_variables(PyObject* variables) {
  for (const bool first : {true, false}) {
    Py_ssize_t position = 0;
    PyObject* name = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(variables, &position, &name, &value) != 0) {
      if (value == Py_None || PyUnicode_Check(name) == 0) continue;
      if (first != goes_first(name)) continue;
      if (PyUnicode_CompareWithASCIIString(name, "__builtins__") == 0) continue;
      static_cast<void>(PyDict_SetItem(variables, name, Py_None));
    }
  }
}

/// The variables that hold this object; null if there are none.
PythonRef holders_of(PyObject* mark) {
  const PythonRef gc(PyImport_ImportModule("gc"));
  return PythonRef(gc ? PyObject_CallMethod(gc.get(), "get_referrers", "O", mark) : nullptr);
}

std::vector<PythonRef> take_all_away(PyObject* modules, PyObject* preloaded) {
  std::vector<PythonRef> taken;
  // Looking at the names of those that are always there would copy their pages.
  if (PyDict_Size(modules) != PySet_Size(preloaded)) {
    const PythonRef names(PyDict_Keys(modules));
    for (Py_ssize_t i = 0; names && i < PyList_GET_SIZE(names.get()); ++i) {
      PyObject* name = PyList_GET_ITEM(names.get(), i);
      if (PySet_Contains(preloaded, name) == 0) taken.push_back(take_away(modules, name));
    }
  }
  const PythonRef main(PyUnicode_FromString(kMain));
  if (main) taken.push_back(take_away(modules, main.get()));
  return taken;
}

}  // namespace

bool make_main_module() {
  PyObject* modules = PyImport_GetModuleDict();
  PyObject* old = PyDict_GetItemString(modules, kMain);
  const PythonRef made(PyModule_New(kMain));
  return old != nullptr && made &&
         PyDict_Update(PyModule_GetDict(made.get()), PyModule_GetDict(old)) == 0 &&
         PyDict_SetItemString(modules, kMain, made.get()) == 0;
}

void take_program_modules_away(PyObject* preloaded) {
  std::vector<PythonRef> taken = take_all_away(PyImport_GetModuleDict(), preloaded);
  PyErr_Clear();
  collect();
  bool any_left = false;
  for (auto weak = taken.rbegin(); weak != taken.rend(); ++weak) {
    PyObject* mark = *weak ? PyWeakref_GetObject(weak->get()) : Py_None;
    if (mark == Py_None) continue;
    const PythonRef holders = holders_of(mark);
    for (Py_ssize_t i = 0; holders && i < PyList_GET_SIZE(holders.get()); ++i) {
      PyObject* variables = PyList_GET_ITEM(holders.get(), i);
      if (PyDict_Check(variables) != 0) clear_variables(variables);
    }
    any_left = true;
  }
  PyErr_Clear();
  if (any_left) collect();
}

}  // namespace leash::zygote
