# Leaves a FIFO, a socket, a folder without rights and a file of each odd name behind; tries device
# nodes of both kinds, which are refused. Nothing hangs on any of them at the end.
#
# expect: cause=exit exit_code=0 timing.run_ms<=5000
# sees: ^character EPERM\nblock EPERM\nfifo made\nsocket made\nwhiteout (EPERM|made)$
import errno
import os
import socket
import stat


def attempt(make):
    try:
        make()
        return "made"
    except OSError as error:
        return errno.errorcode[error.errno]


print("character", attempt(lambda: os.mknod("/work/mem", 0o666 | stat.S_IFCHR, os.makedev(1, 1))))
print("block", attempt(lambda: os.mknod("/work/disk", 0o666 | stat.S_IFBLK, os.makedev(254, 0))))
print("fifo", attempt(lambda: os.mkfifo("main.out")))
print("socket", attempt(lambda: socket.socket(socket.AF_UNIX).bind("/work/result")))
# 0,0 is no device but overlayfs's whiteout, which newer kernels let anybody make
print("whiteout", attempt(lambda: os.mknod("/work/none", stat.S_IFCHR, os.makedev(0, 0))))
for name in (b"new\nline", b"\xff\xfe", b" ", b"-rf", b"*", b"'\"`$(x)", b"n" * 255, "\u202ertl".encode()):
    os.close(os.open(b"/work/" + name, os.O_CREAT | os.O_WRONLY))
os.mkdir("/work/closed")
open("/work/closed/file", "w").close()
os.chmod("/work/closed", 0)
os.chmod("/work", 0)
print("ATTEMPT ok")
