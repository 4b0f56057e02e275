# Reads a file of the tree that all runs share and looks whether that shows: its time of access would
# be a letter box between runs.
#
# expect: cause=exit exit_code=0
# sees: ^before and after: the same$
# sees: ^mount: ro$
# layer: root
import os

PATH = "/usr/bin/env"
before = os.stat(PATH).st_atime_ns
for _ in range(3):
    with open(PATH, "rb") as file:
        file.read()
    os.access(PATH, os.X_OK)
print("before and after:", "the same" if os.stat(PATH).st_atime_ns == before else "different")
flags = os.statvfs(PATH).f_flag
print("mount:", "ro" if flags & os.ST_RDONLY else "noatime" if flags & os.ST_NOATIME else "open")
try:
    os.utime(PATH)
    print("touched")
except OSError:
    print("ATTEMPT ok")
