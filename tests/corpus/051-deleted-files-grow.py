# Files without a name take room like any other: deleted ones that are still open, and those that
# never had a name.
#
# expect: cause=exit exit_code=0 usage.peak_memory_bytes<=96M
# sees: ^ENOSPC after \d+ MiB, at most 16: True, names left: \[\]$
# layer: files
# limits: disk_bytes=16M memory_bytes=64M
import errno
import os

written, held = 0, []
try:
    while True:
        held.append(os.open("/tmp/gone", os.O_CREAT | os.O_WRONLY))
        os.unlink("/tmp/gone")
        held.append(os.open("/dev/shm", os.O_TMPFILE | os.O_WRONLY))
        for fd in held[-2:]:
            written += os.write(fd, b"x" * (1 << 20))
except OSError as error:
    names = os.listdir("/tmp")
    small = written <= 16 << 20
    name = errno.errorcode[error.errno]
    print(f"{name} after {written >> 20} MiB, at most 16: {small}, names left: {names}")
print("ATTEMPT ok")
