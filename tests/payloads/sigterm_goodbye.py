"""Ends by itself when asked: prints a line on SIGTERM and exits 0."""

import signal
import sys


def goodbye(*_):
    print("goodbye")
    sys.exit(0)


signal.signal(signal.SIGTERM, goodbye)
print("ready")
while True:
    signal.pause()
