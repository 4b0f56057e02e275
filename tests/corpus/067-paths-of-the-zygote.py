# What /proc tells of a warmed interpreter's copy: its command line, the program it is, what is mapped.
# None of it may name the server's folders.
#
# expect: cause=exit exit_code=0
# sees: ^command: /usr/bin/python3 ./main.py corpus-
# sees: ^program: .*/opt/leash/leash-python$
# sees: ^name: python3$
# sees: ^of the host: none$
# args: {state}
import os
import sys

with open("/proc/self/cmdline") as file:
    print("command:", *[part for part in file.read().split("\0") if part][:2], sys.argv[2])
print("program:", os.readlink("/proc/self/exe"))
with open("/proc/self/comm") as file:
    print("name:", file.read().strip())
state = sys.argv[1]
told = []
for name in ("maps", "smaps", "numa_maps", "mountinfo", "mounts", "mountstats", "cgroup", "cpuset"):
    with open(f"/proc/self/{name}") as file:
        text = file.read()
    told += [(name, line) for line in text.splitlines() if os.path.dirname(state) in line]
    told += [(name, line) for line in text.splitlines() if "/build/" in line or "/sandbox" in line]
print("of the host:", *(told or ["none"]))
print("ATTEMPT ok")
