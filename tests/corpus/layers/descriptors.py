# Counts the descriptors that were open when it began: the three of every program.
#
# expect: cause=exit exit_code=0
# sees: ^open 0 1 2$
# layer: descriptors
import os

before = []
for fd in range(1024):
    try:
        os.fstat(fd)
        before.append(fd)
    except OSError:
        pass
# A program's own file, by which python is reading it.
mine = [fd for fd in before if os.readlink(f"/proc/self/fd/{fd}").startswith("/work/")]
print("open", *sorted(set(before) - set(mine)))
print("ATTEMPT ok")
