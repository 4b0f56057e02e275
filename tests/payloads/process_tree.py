"""A tree of `argv[1]` processes, half in sessions of their own, all deaf to SIGTERM."""

import os
import signal
import sys

signal.signal(signal.SIGTERM, signal.SIG_IGN)
count = int(sys.argv[1])
reader, writer = os.pipe()
for number in range(count - 1):
    if os.fork() == 0:
        if number % 2:
            os.setsid()
        os.write(writer, b"a")
        while True:
            signal.pause()
for _ in range(count - 1):
    os.read(reader, 1)
print("tree stands")
while True:
    signal.pause()
