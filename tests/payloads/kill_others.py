"""Sends SIGKILL to the pid `argv[1]` ("parent": its own parent); prints the errno when refused."""

import os
import signal
import sys

target = os.getppid() if sys.argv[1] == "parent" else int(sys.argv[1])
if os.geteuid() == 0:
    sys.exit("never outside a sandbox")
try:
    os.kill(target, signal.SIGKILL)
except OSError as error:
    print(error.errno)
