"""Writes to the folder `argv[1]` until the kernel refuses; reports bytes written and errno."""

import errno
import os
import sys

if os.geteuid() == 0:
    sys.exit("never outside a sandbox")

written = 0
block = b"x" * 65536
try:
    with open(sys.argv[1] + "/filler", "wb", buffering=0) as file:
        while True:
            written += file.write(block)
except OSError as error:
    print(written, errno.errorcode[error.errno])
