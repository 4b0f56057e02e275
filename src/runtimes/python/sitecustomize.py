# Python imports this module when it starts, because the sandbox sets PYTHONPATH to its folder.
# It makes print() write each line out at once although stdout is a pipe, as on a terminal.
import os as _os
import sys as _sys

for _stream in (_sys.stdout, _sys.stderr):
    try:
        _stream.reconfigure(line_buffering=True)
    except Exception:
        pass  # None (the descriptor is closed) or replaced by something else.

# PYTHONPATH itself stays in the environment, so that child interpreters behave alike.
try:
    _sys.path.remove(_os.path.dirname(__file__))
except ValueError:
    pass
