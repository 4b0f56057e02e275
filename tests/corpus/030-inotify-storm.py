# Inotify instances until there are no more, all watching a folder in which files come and go without
# end. They are few, if there are any: each one holds up the end of its process.
#
# expect: cause=wall_limit stop.processes_killed=1 stop.empty=true
# sees: ^instances: (0, then EPERM|0, then ENOSYS|1\d\d, then EMFILE)$
# limits: wall_ms=500
import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
instances = 0
while (fd := libc.inotify_init1(0)) >= 0:
    libc.inotify_add_watch(fd, b"/tmp", 0xFFF)
    instances += 1
print(f"instances: {instances}, then {errno.errorcode[ctypes.get_errno()]}")
print("ATTEMPT ok")
while True:
    os.mkdir("/tmp/a")
    os.rmdir("/tmp/a")
