"""Burns CPU in short-lived children, each far below the limit; only their sum is above it."""

import os
import sys
import time

if os.geteuid() == 0:
    sys.exit("never outside a sandbox")

while True:
    if os.fork() == 0:
        end = time.process_time() + 0.02
        while time.process_time() < end:
            pass
        os._exit(0)
    os.wait()
