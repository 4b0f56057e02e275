# What is mounted and where the process belongs, as /proc tells it: no path of the server's folders, no
# cgroup beyond "/", no file system of the kernel's own.
#
# expect: cause=exit exit_code=0
# sees: ^kinds: [a-z0-9 ]+$
# sees: ^kernel's own: none$
# sees: ^cgroups: /$
# sees: ^shown where they are: yes$
# sees: ^of the server: none$
# args: {state}
import os
import sys

texts = {}
for name in ("mountinfo", "mounts", "mountstats", "cgroup", "cpuset"):
    with open(f"/proc/self/{name}") as file:
        texts[name] = file.read()
mounts = [line.split(" - ") for line in texts["mountinfo"].splitlines()]
kinds = {after.split()[0] for _, after in mounts}
print("kinds:", *sorted(kinds))
kernel = {"cgroup", "cgroup2", "sysfs", "debugfs", "tracefs", "securityfs", "devpts", "mqueue", "bpf"}
print("kernel's own:", *(kinds & kernel or ["none"]))
print("cgroups:", *{line.split(":", 2)[2] for line in texts["cgroup"].splitlines()})
# Where on its file system a mount begins is the host's business: it must be the place where it is seen.
strange = []
for before, after in mounts:
    root, point = before.split()[3:5]
    private = after.split()[0] in ("tmpfs", "proc", "devtmpfs")
    if root not in (point, "/") and not private:
        strange.append((root, point))
print("shown where they are:", strange or "yes")
folder = os.path.dirname(sys.argv[1])
told = [name for name, text in texts.items() if folder in text or "leash-server" in text]
print("of the server:", *(told or ["none"]))
print("ATTEMPT ok")
