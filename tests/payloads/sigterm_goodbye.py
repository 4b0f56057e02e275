"""Ends by itself when asked: prints a line on SIGTERM and exits 0."""

import os
import signal


def goodbye(*_):
    os.write(1, b"goodbye\n")  # print() is not reentrant
    os._exit(0)


signal.signal(signal.SIGTERM, goodbye)
print("ready")
while True:
    signal.pause()
