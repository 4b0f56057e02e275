# Looks for any cgroup file system, by its place, by its kind, by descriptors and by the names of a slot's
# files anywhere: there is none, and so nothing to write one's pid to.
#
# expect: cause=exit exit_code=0
# sees: ^places: ENOENT$
# sees: ^kinds: proc tmpfs [a-z0-9 ]+$
# sees: ^found: none$
# layer: root
import errno
import os

places = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/cgroup", "/run/cgroup", "/proc/cgroups", "/dev/cgroup"]
answers = set()
for path in places:
    try:
        os.stat(path)
        answers.add(path)
    except OSError as error:
        answers.add(errno.errorcode[error.errno])
print("places:", *sorted(answers))
with open("/proc/self/mountinfo") as file:
    kinds = {line.split(" - ")[1].split()[0] for line in file}
print("kinds:", *sorted(kinds, key=lambda kind: (kind not in ("proc", "tmpfs"), kind)))
names = {"cgroup.procs", "cgroup.kill", "tasks", "pids.max", "memory.max", "release_agent"}
found = []
for top in ("/dev", "/proc/self", "/opt", "/work", "/tmp", "/etc"):
    for folder, _, files in os.walk(top):
        found += [f"{folder}/{name}" for name in names & set(files)]
for fd in range(1024):
    for name in names:
        try:
            os.close(os.open(name, os.O_WRONLY, dir_fd=fd))
            found.append(f"{fd}:{name}")
        except OSError:
            pass
print("found:", *(found or ["none"]))
print("ATTEMPT ok")
