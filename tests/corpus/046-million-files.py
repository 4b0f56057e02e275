# Makes empty files until there may be no more; then no other kind of entry is left to make either.
#
# expect: cause=exit exit_code=0 usage.disk_full=true
# sees: ^files: ENOSPC after \d+, at most 1100: True$
# sees: ^folder ENOSPC\nlink ENOSPC\nfifo ENOSPC\nsocket ENOSPC\nhard link ENOSPC\ntmpfile ENOSPC$
# layer: files
# limits: disk_bytes=4M
import errno
import os
import socket


def attempt(make):
    try:
        make()
        return "made"
    except OSError as error:
        return errno.errorcode[error.errno]


made = 0
while (answer := attempt(lambda: os.mknod(f"/work/{made}"))) == "made" and made < 1_000_000:
    made += 1
print(f"files: {answer} after {made}, at most 1100: {made <= 1100}")
print("folder", attempt(lambda: os.mkdir("/tmp/folder")))
print("link", attempt(lambda: os.symlink("/usr", "/tmp/link")))
print("fifo", attempt(lambda: os.mkfifo("/dev/shm/fifo")))
print("socket", attempt(lambda: socket.socket(socket.AF_UNIX).bind("/tmp/socket")))
print("hard link", attempt(lambda: os.link("/work/0", "/work/hard")))
print("tmpfile", attempt(lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR)))
print("ATTEMPT ok")
