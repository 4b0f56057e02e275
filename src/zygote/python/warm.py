# Runs in the zygote of the system's Python, before any run. What is imported here is there for all
# runs at no cost of theirs; what it defines stays out of their sight.
import atexit
import builtins
import gc
import os
import sys
import threading
import _signal

import collections, datetime, json, math, random, re, string, time, typing  # noqa: E401, F401

# Each line is written out when it is printed, as on a terminal; see src/runtimes/python.
for _stream in (sys.stdout, sys.stderr):
    _stream.reconfigure(line_buffering=True)

_HIDDEN_PATH = "/opt/leash/python"
if _HIDDEN_PATH in sys.path:
    sys.path.remove(_HIDDEN_PATH)


def prepare():
    """Touches what any program touches. In the child, before there is a job: the copying of these
    pages is over when the job comes. In the zygote: what is specialized at its first uses is so."""
    with open("/dev/null", "w") as sink:
        scope = {"__name__": "__main__", "print": lambda value: sink.write(f"{value}\\n")}
        exec(compile("print(1)", "<rehearsal>", "exec"), scope)


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
    sys.path.insert(0, os.path.dirname(os.path.realpath(script)))
    # The slot's init has set all signals back to the default.
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_IGN)
    return script


_module_type = type(sys)
_preloaded = frozenset(sys.modules)
for _ in range(100):
    prepare()

gc.collect()
gc.freeze()  # so that a collection in a run does not write to, and so copy, what all share
