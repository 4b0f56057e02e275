# Runs in the zygote of the system's Python, before any run. What is imported here is there for all
# runs at no cost of theirs; what it defines stays out of their sight.
import builtins
import gc
import os
import sys
import _signal

_after_fork = []


def _note_hook(*, before=None, after_in_parent=None, after_in_child=None):
    """In place of os.register_at_fork while the zygote imports: the hooks are for programs that
    fork, too, so they are passed on."""
    hooks = {"before": before, "after_in_parent": after_in_parent, "after_in_child": after_in_child}
    _register(**{name: hook for name, hook in hooks.items() if hook is not None})
    if after_in_child is not None:
        _after_fork.append(after_in_child)


_register, os.register_at_fork = os.register_at_fork, _note_hook

import atexit  # noqa: E402
import io  # noqa: E402
import threading  # noqa: E402
import collections, datetime, json, math, random, re, string, time, typing  # noqa: E401, E402, F401

os.register_at_fork = _register

# Each line is written out when it is printed, as on a terminal; see src/runtimes/python.
for _stream in (sys.stdout, sys.stderr):
    _stream.reconfigure(line_buffering=True)

_HIDDEN_PATH = "/opt/leash/python"
if _HIDDEN_PATH in sys.path:
    sys.path.remove(_HIDDEN_PATH)


def rehearse():
    """Touches what any program touches. In the child, before there is a job: the copying of these
    pages is over when the job comes. In the zygote: what is specialized at its first uses is so."""
    sys.stdout.write("")
    sys.stdout.flush()
    _sink.seek(0)
    os.path.dirname(os.path.normpath(os.getcwd() + "/./main.py"))
    exec(compile("print(1, file=sink)", "<rehearsal>", "exec"), {"__name__": "", "sink": _sink})


def prepare():
    """In the child, which has one thread, as the zygote had: of what a fork changes, only this
    matters. The interpreter's own PyOS_AfterFork_Child would make all its locks anew, and so copy
    half as many pages again as the program itself."""
    for hook in _after_fork:
        hook()
    threading.main_thread()._set_native_id()
    rehearse()


def finish():
    """The end of the interpreter, but for the part that frees memory which the kernel is about to
    take. True if that is all: what the program left open is closed, and so written."""
    try:
        threading._shutdown()
        atexit._run_exitfuncs()
        if len(sys.modules) != len(_preloaded):  # else looking at them would copy their pages
            for name, module in list(sys.modules.items()):
                if name not in _preloaded and isinstance(module, _module_type):
                    module.__dict__.clear()
        main = sys.modules.get("__main__")
        if isinstance(main, _module_type):
            kept = {"__builtins__": builtins, "__name__": "__main__"}
            main.__dict__.clear()
            main.__dict__.update(kept)
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
        return True
    except BaseException:
        return False


def become(argv, environment):
    """In the child: all that differs between this interpreter and one started with `argv`."""
    variables = os.environ._data
    variables.clear()
    for item in environment:
        name, _, value = item.partition(b"=")
        variables[name] = value
    sys.orig_argv[:] = argv
    sys.argv = argv[1:]
    script = os.getcwd() + "/" + argv[1]
    sys.path.insert(0, os.path.dirname(os.path.normpath(script)))  # there are no links on the way
    # The slot's init has set all signals back to the default.
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_IGN)
    return script


_sink = io.TextIOWrapper(io.BytesIO(), line_buffering=True)
_module_type = type(sys)
_preloaded = frozenset(sys.modules)
_after_fork.remove(threading._after_fork)  # there was one thread, and there is
for _ in range(100):
    prepare()

gc.collect()
gc.freeze()  # so that a collection in a run does not write to, and so copy, what all share
