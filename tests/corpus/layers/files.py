# Writes four times what it may store.
#
# expect: cause=exit exit_code=0 usage.disk_full=true
# sees: ^full: ENOSPC$
# layer: files
# limits: disk_bytes=1M
import errno
import os

fd = os.open("/tmp/fill", os.O_WRONLY | os.O_CREAT)
try:
    for _ in range(64):
        os.write(fd, bytes(1 << 16))
    print("all was stored")
except OSError as error:
    print("full:", errno.errorcode[error.errno])
print("ATTEMPT ok")
