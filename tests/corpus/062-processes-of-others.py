# Every number that may be a process is looked up below /proc, whether it is listed or not, and all that
# tells of a process is opened: only the own one answers, pid 1 least of all.
#
# expect: cause=exit exit_code=0
# sees: ^listed: self$
# sees: ^answered: self$
# sees: ^init: ENOENT$
# layer: proc
# args: {spawner} {http} {sentinel}
import errno
import os
import sys

names = {os.getpid(): "self", 1: "init"}
files = ["environ", "cmdline", "maps", "mem", "mountinfo", "status", "root", "cwd", "exe", "fd", "ns/net"]


def look(path):
    try:
        return os.readlink(path) if os.path.islink(path) else os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return errno.errorcode[error.errno]


listed = sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit())
print("listed:", *(names.get(pid, pid) for pid in listed))
answered = set()
for pid in [*range(1, 4096), *map(int, sys.argv[1:4])]:
    tried = files if pid < 64 or pid > 4095 else ["status"]
    if any(look(f"/proc/{pid}/{file}") not in ("ENOENT", "ESRCH") for file in tried):
        answered.add(pid)
print("answered:", *(names.get(pid, pid) for pid in sorted(answered)))
print("init:", *sorted({look(f"/proc/1/{file}") for file in files}))
print("ATTEMPT ok")
