#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

namespace leash::zygote {

/// The modules that belong to a program: its own, `__main__`, and what it imports that was not here
/// before. They come and go as in an interpreter of its own.
///
/// Of the thread that has the interpreter.

/// In the zygote, when all that is here is frozen (`gc.freeze`): puts a new `__main__` in place of
/// the old one, which is not collected at the end of a program. False, with an exception, if it
/// cannot.
[[nodiscard]] bool make_main_module();

/// As the interpreter does it at its end: takes them out of sys.modules and collects what nobody
/// refers to any more, so that the last calls find all as it was. Of a module that is still
/// referred to, by one that stays, the variables become None. `preloaded`: the names of those that
/// were here before, a frozenset. What fails leaves no exception.
void take_program_modules_away(PyObject* preloaded);

}  // namespace leash::zygote
