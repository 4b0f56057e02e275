# Runs in the zygote of the system's Python, before any run. What is imported here is there for all
# runs at no cost of theirs; what it defines stays out of their sight.
import gc
import os
import sys
import _signal

import collections, datetime, json, math, random, re, string, time, typing  # noqa: E401, F401

# Each line is written out when it is printed, as on a terminal; see src/runtimes/python.
for _stream in (sys.stdout, sys.stderr):
    _stream.reconfigure(line_buffering=True)

_HIDDEN_PATH = "/opt/leash/python"
if _HIDDEN_PATH in sys.path:
    sys.path.remove(_HIDDEN_PATH)


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


gc.collect()
gc.freeze()  # so that a collection in a run does not write to, and so copy, what all share
