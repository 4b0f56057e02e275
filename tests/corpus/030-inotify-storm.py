# Inotify instances until there are no more, all watching a folder in which files come and go without
# end: the queues are bounded, and so is the run.
#
# expect: cause=wall_limit stop.empty=true
# sees: ^instances: EMFILE$
# limits: wall_ms=1000
import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
while (fd := libc.inotify_init1(0)) >= 0:
    libc.inotify_add_watch(fd, b"/tmp", 0xFFF)
print("instances:", errno.errorcode[ctypes.get_errno()])
print("ATTEMPT ok")
while True:
    os.mkdir("/tmp/a")
    os.rmdir("/tmp/a")
