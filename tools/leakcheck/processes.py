"""The host's view of processes. Sandboxed ones are visible here with their argv and uids."""

import os
from dataclasses import dataclass, field
from pathlib import Path

OUR_PID_NAMESPACE = os.readlink("/proc/self/ns/pid")
NAMESPACES = ("pid", "mnt", "net", "ipc", "uts", "cgroup")


@dataclass(frozen=True)
class Process:
    """One process as it was when it was looked at. The same one as at another look if pid *and*
    start time are, so that a reused pid is another process."""

    pid: int
    start_time: int
    parent: int = field(compare=False)
    state: str = field(compare=False)
    argv: tuple = field(compare=False)
    pid_namespace: str = field(compare=False)
    cgroups: str = field(compare=False)

    @property
    def identity(self):
        return (self.pid, self.start_time)

    @property
    def sandboxed(self):
        return self.pid_namespace not in ("", OUR_PID_NAMESPACE)

    @property
    def ended(self):
        """Whether it is a zombie: nobody has reaped it."""
        return self.state in "ZX"

    def status(self):
        """/proc/PID/status as a dictionary of strings."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def descriptors(self):
        """Open descriptors: number -> what /proc says it is."""
        folder = Path(f"/proc/{self.pid}/fd")
        found = {}
        for entry in os.listdir(folder):
            try:
                found[int(entry)] = os.readlink(folder / entry)
            except FileNotFoundError:
                continue  # closed since it was listed
        return found

    def environment(self):
        return Path(f"/proc/{self.pid}/environ").read_bytes()

    def namespace(self, kind):
        return os.readlink(f"/proc/{self.pid}/ns/{kind}")

    def __str__(self):
        return f"pid {self.pid} of {self.parent} ({self.state}) {' '.join(self.argv) or '?'}"


def look_up(pid):
    """The process with this pid, or None when there is none (any more)."""
    folder = Path(f"/proc/{pid}")
    try:
        stat = (folder / "stat").read_text()
        fields = stat[stat.rindex(")") + 2 :].split()
        argv = (folder / "cmdline").read_bytes().rstrip(b"\0")
        cgroups = (folder / "cgroup").read_text()
    except (OSError, ValueError):
        return None
    try:
        pid_namespace = os.readlink(folder / "ns/pid")
    except OSError:  # a zombie has no namespaces
        pid_namespace = ""
    return Process(
        pid=int(pid),
        parent=int(fields[1]),
        start_time=int(fields[19]),
        state=fields[0],
        argv=tuple(part.decode("utf-8", "replace") for part in argv.split(b"\0")) if argv else (),
        pid_namespace=pid_namespace,
        cgroups=cgroups,
    )


def all_processes():
    found = (look_up(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [process for process in found if process]


def tree_of(root_pid, processes=None):
    """The process `root_pid` and everything below it."""
    processes = all_processes() if processes is None else processes
    children = {}
    for process in processes:
        children.setdefault(process.parent, []).append(process)
    tree = [process for process in processes if process.pid == root_pid]
    for process in tree:  # grows while it is walked
        tree.extend(children.get(process.pid, []))
    return tree


def present(identities):
    """Which of these (pid, start time) pairs are there, zombies too: nobody has reaped them."""
    found = (look_up(pid) for pid, _ in identities)
    return [p for p in found if p and p.identity in identities]


def alive(identities):
    """Which of these (pid, start time) pairs still run; zombies and reused pids do not count."""
    return [process for process in present(identities) if not process.ended]
