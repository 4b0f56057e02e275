"""What a server holds at a moment, counted from outside and cheaply, so that it can be compared
after each attack: processes, cgroups, mounts, descriptors, threads, memory, files, sockets."""

import os
import re
from dataclasses import dataclass, fields
from pathlib import Path

from support import leaks

UIDS_PER_SERVER = 4096  # a server's own, then those of its slots
IPC = ("shm", "sem", "msg")
CHARGED = ("anon", "shmem", "total_rss", "total_shmem")  # of v2 and of v1


@dataclass(frozen=True)
class Census:
    """All must come back to what it was; of memory, about."""

    slots: tuple  # how many in each hierarchy
    sandboxed: int  # processes with a uid of a slot
    zombies: int
    mounts: int  # in the server's mount namespace and the host's
    spawner_fds: int  # but for networks
    networks: int  # held beyond those of slots and the spare ones
    http_fds: int
    threads: tuple
    shared_files: tuple  # of a slot's uid, or named after the instance, in the host's /tmp and such
    temporary_files: tuple
    folders: tuple  # below the state folder
    listening: tuple  # sockets of the slots' uids in the host's network namespace
    ipc: tuple  # System V objects of the slots' uids in the host's ipc namespace
    rss_kib: tuple
    charged_kib: tuple  # to the server's memory cgroup: what processes and files in memory hold

    def differences(self, before, slack_kib):
        """What is not as it was before, in words; memory may have grown by a tenth and the slack."""
        told = []
        for name in (field.name for field in fields(self)):
            was, now = getattr(before, name), getattr(self, name)
            if name.endswith("_kib"):
                if any(n > w * 1.1 + slack_kib for n, w in zip(now, was, strict=True)):
                    told.append(f"{name}: {was} before, {now} now")
            elif was != now:
                told.append(f"{name}: {was} before, {now} now")
        return told


class Counter:
    """Counts one server, which must be ready and have slots made ahead."""

    def __init__(self, server):
        self._server = server
        self._spawner = server.spawner_pid
        self._http = server.http_pid()
        self._base = status(self._http)["Uid"]
        self._groups = [Path(path) for path in leaks.cgroup_folders(server.instance)]
        self._groups = [path for path in self._groups if path.name == server.instance]

    def slots(self):
        """Names of the slots that exist, by hierarchy."""
        return tuple(
            frozenset(e.name for e in os.scandir(group) if e.is_dir()) for group in self._groups
        )

    def is_slot_uid(self, uid):
        return self._base < uid < self._base + UIDS_PER_SERVER

    def take(self):
        people = processes()
        pids = (self._spawner, self._http)
        own = [status(pid) for pid in pids]
        name = self._server.instance
        mounts = {pid: Path(f"/proc/{pid}/mountinfo").read_text() for pid in (1, self._spawner)}
        held = list(descriptors(self._spawner))
        slots = tuple(len(slots) for slots in self.slots())
        most_networks = max(slots) + leaks.MOST_SPARE_NETWORKS
        return Census(
            slots=slots,
            sandboxed=sum(self.is_slot_uid(p["Uid"]) for p in people),
            zombies=sum(p["State"] == "Z" and p["PPid"] in pids for p in people),
            mounts=sum(text.count("\n") for text in mounts.values()),
            spawner_fds=sum(not fd.startswith("net:") for fd in held),
            networks=max(0, sum(fd.startswith("net:") for fd in held) - most_networks),
            http_fds=len(os.listdir(f"/proc/{self._http}/fd")),
            threads=tuple(p["Threads"] for p in own),
            shared_files=tuple(
                entry.path
                for folder in leaks.SHARED_FOLDERS
                if os.path.isdir(folder)
                for entry in os.scandir(folder)
                if name in entry.name or self._owns(entry)
            ),
            temporary_files=tuple(os.listdir(self._server.folder.temporary)),
            folders=tuple(leaks.folders_below(self._server.folder.path)),
            listening=tuple(
                line.split()[1]
                for kind in ("tcp", "tcp6", "udp", "udp6")
                for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]
                if self.is_slot_uid(int(line.split()[7]))
            ),
            ipc=tuple(
                line.split()[0]
                for kind in IPC
                for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]
                if any(w.isdigit() and self.is_slot_uid(int(w)) for w in line.split())
            ),
            rss_kib=tuple(p["VmRSS"] for p in own),
            charged_kib=tuple(self._charged()),
        )

    def _charged(self):
        for group in self._groups:
            if (group / "memory.stat").exists():
                pairs = map(str.split, (group / "memory.stat").read_text().splitlines())
                yield sum(int(bytes_) for name, bytes_ in pairs if name in CHARGED) >> 10

    def _owns(self, entry):
        try:
            return self.is_slot_uid(entry.stat(follow_symlinks=False).st_uid)
        except FileNotFoundError:
            return False  # another program's, gone meanwhile


def descriptors(pid):
    """What a process has open, as the kernel names it."""
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            yield os.readlink(entry.path)
        except FileNotFoundError:
            continue  # closed meanwhile


NUMBERS = re.compile(r"^(Pid|PPid|Uid|Threads|VmRSS):\s+(\d+)", re.MULTILINE)


def status(pid):
    """State, parent, uid, threads and memory in KiB of a process; None when there is none."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    found = {name: int(value) for name, value in NUMBERS.findall(text)}
    return {"VmRSS": 0, **found, "State": re.search(r"^State:\s+(\S)", text, re.MULTILINE)[1]}


def processes():
    found = (status(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [process for process in found if process]


def carrying(text):
    """Pids of the processes that have these bytes in their environment or among their arguments."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            held = Path(f"/proc/{entry}/environ").read_bytes()
            held += Path(f"/proc/{entry}/cmdline").read_bytes()
        except OSError:
            continue  # gone, or a zombie: the census counts these
        if text in held:
            found.append(int(entry))
    return found
