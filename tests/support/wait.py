"""Waiting for a condition of the outside world, with a deadline. Never a bare sleep in a test."""

import os
import time

# Where the machine is emulated, all takes longer.
SLOWNESS = float(os.environ.get("LEASH_TEST_SLOWNESS", "1"))


class Deadline:
    """A point in monotonic time; `left()` is what remains of it, in seconds, never negative."""

    def __init__(self, seconds):
        self._end = time.monotonic() + seconds * SLOWNESS

    def left(self):
        return max(0.0, self._end - time.monotonic())

    def passed(self):
        return self.left() == 0.0


def poll(condition, seconds):
    """The first true value of `condition()`, or its last one when the deadline passes."""
    deadline = Deadline(seconds)
    while True:
        value = condition()
        if value or deadline.passed():
            return value
        time.sleep(0.01)  # the poll interval of a bounded wait, not a wait by itself


def wait_until(condition, what, seconds=10.0):
    """Returns the first true value of `condition()`; fails with `what` when the deadline passes."""
    value = poll(condition, seconds)
    assert value, f"waited {seconds:g} s in vain for: {what}"
    return value


def elapsed_ms(start):
    """Milliseconds since `start = time.monotonic()`."""
    return (time.monotonic() - start) * 1000.0
