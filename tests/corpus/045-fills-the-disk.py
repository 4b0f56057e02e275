# Writes until it is told that the disk is full, then in the other places: they are one disk, whose
# cap is the request's.
#
# expect: cause=exit exit_code=0 usage.disk_full=true usage.peak_memory_bytes<=96M
# sees: ^/work: ENOSPC, most of 16 MiB: True$
# sees: ^/tmp: ENOSPC\n/dev/shm: ENOSPC$
# layer: files
# limits: disk_bytes=16M memory_bytes=64M
import errno
import os


def fill(path, block):
    written = 0
    fd = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        while True:
            written += os.write(fd, block)
    except OSError as error:
        return written, errno.errorcode[error.errno]
    finally:
        os.close(fd)


written, name = fill("/work/fill", b"x" * 65536)
while True:  # to the last byte
    more, name = fill(f"/work/fill-{written}", b"x")
    written += more
    if more == 0:
        break
print(f"/work: {name}, most of 16 MiB: {15 << 20 < written <= 16 << 20}")
for place in ("/tmp", "/dev/shm"):
    try:
        print(f"{place}: {fill(f'{place}/more', b'x')[1]}")
    except OSError as error:
        print(f"{place}: {errno.errorcode[error.errno]}")
print("ATTEMPT ok")
