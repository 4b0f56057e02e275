"""Deaf to everything that can be ignored."""

import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
print("deaf")
while True:
    signal.pause()
