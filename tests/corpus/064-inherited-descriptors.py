# The same in a copy of a warmed interpreter, which had sockets to the spawner, a filter in a memory
# file, pipes and cgroup files open: here, and in a child of it that executes another program.
#
# expect: cause=exit exit_code=0
# sees: ^here: 0 1 2$
# sees: ^kinds: pipe pipe pipe$
# sees: ^a child: 0 1 2( 10)?$
# layer: descriptors
import os
import stat
import subprocess

found = []
for fd in range(os.sysconf("SC_OPEN_MAX")):
    try:
        os.fstat(fd)
        found.append(fd)
    except OSError:
        pass
print("here:", *found)
print("kinds:", *("pipe" if stat.S_ISFIFO(os.fstat(fd).st_mode) else "other" for fd in found))
look = "for fd in $(seq 0 1023); do [ -e /proc/$$/fd/$fd ] && echo $fd; done"
child = subprocess.run(["/bin/sh", "-c", look], close_fds=False, stdout=subprocess.PIPE, text=True)
print("a child:", *child.stdout.split())
print("ATTEMPT ok")
