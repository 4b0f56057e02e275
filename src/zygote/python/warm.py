# Runs in the zygote of the system's Python, before any run. What is imported here is there for all
# runs at no cost of theirs; what it defines stays out of their sight. What has no underscore is for
# stand_in.cc, which does in C what each run needs.
import gc
import importlib
import os
import select
import sys
import _signal

after_fork = []


def _note_hook(*, before=None, after_in_parent=None, after_in_child=None):
    """In place of os.register_at_fork while the zygote imports: the hooks are for programs that
    fork, too, so they are passed on."""
    hooks = {"before": before, "after_in_parent": after_in_parent, "after_in_child": after_in_child}
    _register(**{name: hook for name, hook in hooks.items() if hook is not None})
    if after_in_child is not None:
        after_fork.append(after_in_child)


_register, os.register_at_fork = os.register_at_fork, _note_hook

import atexit  # noqa: E402
import io  # noqa: E402
import threading  # noqa: E402
import collections, datetime, json, math, random, re, string, time, typing  # noqa: E401, E402, F401

# Each line is written out when it is printed, as on a terminal; see src/runtimes/python.
for _stream in (sys.stdout, sys.stderr):
    _stream.reconfigure(line_buffering=True)

_HIDDEN_PATH = "/opt/leash/python"
if _HIDDEN_PATH in sys.path:
    sys.path.remove(_HIDDEN_PATH)


_IMPORT_PATIENCE = 60  # seconds


def _import_quietly(name):
    """Why this module is not for the zygote; nothing if it was imported. What it prints is lost."""
    sink = os.open("/dev/null", os.O_WRONLY | os.O_CLOEXEC)
    outputs = [os.dup(1), os.dup(2)]
    try:
        for output in (1, 2):
            os.dup2(sink, output)
        importlib.import_module(name)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:  # also SystemExit
        return f"{type(error).__name__}: {error}"
    finally:
        for output, copy in zip((1, 2), outputs):
            os.dup2(copy, output)
        for fd in (sink, *outputs):
            os.close(fd)
    if len(os.listdir("/proc/self/task")) > 1:  # which a fork would leave behind
        return "it starts threads"
    return ""


def _try_import(name):
    """The same, tried out in a process of its own: what it does to that is gone with it."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell, ("." + _import_quietly(name)).encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(tell)
    answer = b""
    if select.select([hear], [], [], _IMPORT_PATIENCE)[0]:
        answer = os.read(hear, 4000)
        problem = answer[1:].decode("utf-8", "replace") if answer else "it ends the process"
    else:
        problem = f"it takes more than {_IMPORT_PATIENCE} seconds"
    os.close(hear)
    os.kill(child, _signal.SIGKILL)
    os.waitpid(child, 0)
    return problem


def preload(names):
    """Imports what the operator wants in all runs; a module with which it cannot be forked is left
    out, with a message, and is then imported by the runs themselves."""
    for name in names:
        problem = _try_import(name)
        if problem:
            print(f"leash: python_preload: not {name}: {problem}", file=sys.stderr)
            continue
        problem = _import_quietly(name)
        if problem:  # other than a moment ago: no run may be forked from this
            sys.exit(f"leash: python_preload: {name}: {problem}")
    if "numpy.random" in sys.modules:  # the one of the interpreter is seeded after each fork
        after_fork.append(sys.modules["numpy.random"].seed)


def rehearse():
    """What any program does. In the zygote: what is specialized at its first uses is so, for all."""
    sys.stdout.write("")
    sys.stdout.flush()
    _sink.seek(0)
    exec(compile("print(1, file=sink)", "<rehearsal>", "exec"), {"__name__": "", "sink": _sink})


def finish_threads():
    threading._shutdown()
    atexit._run_exitfuncs()


preload(wanted_modules)  # noqa: F821: main.cc puts it here
os.register_at_fork = _register
after_fork.remove(threading._after_fork)  # there was one thread, and there is
# What random.seed() does, but for its function of Python and the rest, which is here.
after_fork[after_fork.index(random._inst.seed)] = super(random.Random, random._inst).seed
random._inst.gauss_next = None
# What stand_in.cc needs of it.
preloaded = frozenset(sys.modules)
preloaded_names = sorted({name.partition(".")[0] for name in preloaded})
main_thread = threading.main_thread()
environment = os.environ._data
threading_variables = threading.__dict__
count_exits = atexit._ncallbacks
_sink = io.TextIOWrapper(io.BytesIO(), line_buffering=True)
for _ in range(100):
    rehearse()

gc.collect()
gc.freeze()  # so that a collection in a run does not write to, and so copy, what all share
