# POSIX shared memory is files in /dev/shm: they end at the disk's cap, together with all other files.
#
# expect: cause=exit exit_code=0 usage.disk_full=true usage.peak_memory_bytes<=96M
# sees: ^/dev/shm: ENOSPC after \d+ MiB, at most 16: True$
# layer: files
# limits: memory_bytes=64M disk_bytes=16M
import errno
import os

written = 0
try:
    for number in range(1000):
        fd = os.open(f"/dev/shm/{number}", os.O_CREAT | os.O_RDWR)
        written += os.write(fd, b"x" * (1 << 20))
except OSError as error:
    name = errno.errorcode[error.errno]
    print(f"/dev/shm: {name} after {written >> 20} MiB, at most 16: {written <= 16 << 20}")
print("ATTEMPT ok")
