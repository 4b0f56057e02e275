# Opens files until it is refused; no process of a run may have more than 1,024.
#
# expect: cause=exit exit_code=0
# sees: ^refused: EMFILE below 1024$
# layer: resources
import errno
import os

fds = []
try:
    while len(fds) < 2048:
        fds.append(os.dup(0))
    print("not refused")
except OSError as error:
    print("refused:", errno.errorcode[error.errno], "below", max(fds) + 1)
print("ATTEMPT ok")
