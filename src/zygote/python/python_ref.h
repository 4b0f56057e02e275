#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <memory>

namespace leash::zygote {

struct PythonRelease {
  void operator()(PyObject* object) const { Py_DECREF(object); }
};
/// A reference of ours to an object of Python; null if what was to make it has failed.
using PythonRef = std::unique_ptr<PyObject, PythonRelease>;

/// Whether a call was one that returned something, which nobody wants.
[[nodiscard]] inline bool succeeded(PyObject* result) {
  return PythonRef(result) != nullptr;
}

}  // namespace leash::zygote
