"""A terminal for a program that looks whether it has one."""

import os
import pty
from contextlib import contextmanager


@contextmanager
def terminal():
    """A Terminal, closed at the end."""
    ours, its = pty.openpty()
    side = Terminal(ours, its)
    try:
        yield side
    finally:
        side.close()


class Terminal:
    """`program_side` goes to the program. Confined to one thread."""

    def __init__(self, ours, its):
        self._ours = ours
        self.program_side = its

    def read_all(self):
        """What is written there until the last one who has it has ended. Call it after the start."""
        os.close(self.program_side)
        self.program_side = None
        shown = b""
        try:
            while part := os.read(self._ours, 65536):
                shown += part
        except OSError:  # EIO: the last one who had the terminal has ended
            pass
        return shown

    def close(self):
        for fd in (self._ours, self.program_side):
            if fd is not None:
                os.close(fd)
