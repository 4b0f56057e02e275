"""Takes memory until it is killed. Says first that it began, so that a broken bomb is noticed."""

import os
import sys

if os.geteuid() == 0:
    sys.exit("never outside a sandbox")

print("taking", flush=True)
held = []
while True:
    held.append(bytearray(b"x" * (1 << 20)))
