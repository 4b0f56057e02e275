"""What there is of a server instance, and what of it should not be there.

Allowed is what a server that does nothing has: itself, its zygotes, and the slots that it has made
ahead. All else is left over from a run, and when nobody serves the folder, everything is. What only
a number can tell (descriptors, threads, memory) is compared with an earlier snapshot.
"""

import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from leakcheck import cgroups, host, processes
from leakcheck.instance import run_uids

KINDS = (
    "processes",
    "zombies",
    "cgroups",
    "mounts",
    "folders",
    "files",
    "shared files",
    "deleted files",
    "uids",
    "namespaces",
    "ipc objects",
    "sockets",
)
CLOSE_WAIT = 8
INIT = 1
# Network namespaces that are as new, which the spawner keeps for runs to come (SpareNetworks).
MOST_SPARE_NETWORKS = 16
# The file by which a slot's disk is measured has never had a name, in a file system without a place.
DISK_METER = re.compile(r"/#\d+ \(deleted\)")
# Where http has the output that is kept: one for all runs, below the state folder.
SPILL_FILE = "records/spill (deleted)"


@dataclass
class Snapshot:
    """One look at an instance. Plain values: it can be written as JSON and read back."""

    instance: str
    state: str
    server: int | None
    left: dict = field(default_factory=lambda: {kind: [] for kind in KINDS})
    amounts: dict = field(default_factory=dict)
    identities: list = field(default_factory=list)
    uids: list = field(default_factory=list)

    def as_json(self):
        return asdict(self)

    def total(self):
        return sum(len(texts) for texts in self.left.values())

    def lines(self):
        """One line for each thing that is left."""
        return [f"{kind}: {text}" for kind, texts in self.left.items() for text in texts]


@dataclass
class _Seen:
    """The processes of an instance, by what they are."""

    own: list  # the spawner first
    waiting: list  # in slots made ahead
    others: list
    ended: list


def _uid_of(process):
    try:
        return int(process.status()["Uid"].split()[0])
    except (OSError, KeyError):
        return None  # it has ended


def _sort(instance, server, waiting_leaves, known, uids):
    """All processes that have to do with the instance."""
    everybody = processes.all_processes()
    below = {p.identity for p in processes.tree_of(server.pid, everybody)} if server else set()
    members = cgroups.cgroup_members(instance.name)
    ready = cgroups.members_of(folder for folders in waiting_leaves for folder in folders)
    seen = _Seen([], [], [], [])
    for process in everybody:
        # Somebody else's instance may have got the uids of one that is gone.
        is_run = uids and "/leash-" not in process.cgroups and _uid_of(process) in uids
        known_one = process.identity in known or process.identity in below
        if not (known_one or process.pid in members or is_run):
            continue
        if process.ended:
            seen.ended.append(process)
        elif server and process.pid_namespace == server.pid_namespace and process.identity in below:
            seen.own.append(process)
        elif process.pid in ready:
            seen.waiting.append(process)
        else:
            seen.others.append(process)
    seen.own.sort(key=lambda process: process.identity != server.identity)
    return seen


def _cgroups_left(leaves, waiting, hierarchies):
    """A leaf that waits is there in every hierarchy and has processes; any other is left over."""
    found = []
    for name, folders in leaves.items():
        whole = name in waiting and len(folders) >= hierarchies and cgroups.members_of(folders)
        found += [] if whole else folders
    return found


def _namespaces(some):
    found = set()
    for process in some:
        for kind in processes.NAMESPACES:
            try:
                found.add(process.namespace(kind))
            except OSError:
                continue  # it has ended
    return found


def _role(process, server):
    if process.identity == server.identity:
        return "spawner"
    return "http" if "http" in process.argv[1:2] else Path(process.argv[0]).name


def _type(target):
    """The kind of a descriptor: socket, pipe, pidfd, cgroup, memfd, …"""
    if target.startswith("/memfd:"):
        return "memfd"
    if "/leash-" in target and target.startswith("/sys/fs/cgroup"):
        return "cgroup"
    if target.startswith("/"):
        return "disk meter" if DISK_METER.fullmatch(target) else "file"
    return target.partition(":")[2].strip("[]") if target.startswith("anon_inode") else target.partition(":")[0]


def _amounts(process, role, descriptors):
    """What one process of the server holds."""
    found = {f"{role} threads": int(process.status()["Threads"])}
    for target in descriptors.values():
        name = f"{role} descriptors ({_type(target)})"
        found[name] = found.get(name, 0) + 1
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Rss:", "Pss:")):
            found[f"{role} {line[:3].upper()} in KiB"] = int(line.split()[1])
    return found


def _take_out_spare_networks(descriptors, inhabited):
    spare = [n for n, t in descriptors.items() if t.startswith("net:") and t not in inhabited]
    for number in spare[:MOST_SPARE_NETWORKS]:
        del descriptors[number]


def _look_into_server(snapshot, seen, server, allowed):
    """`allowed` are the namespaces of slots made ahead, which the spawner holds open."""
    inhabited = _namespaces([*seen.own, *seen.waiting, *seen.others])
    for process in seen.own:
        try:
            descriptors = process.descriptors()
            if process.identity == server.identity:
                _take_out_spare_networks(descriptors, inhabited)
            amounts = _amounts(process, _role(process, server), descriptors)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        snapshot.amounts.update(amounts)
        half_closed = host.tcp_sockets(process.pid, {CLOSE_WAIT})
        for number, target in descriptors.items():
            if number <= 2:
                continue  # of whoever started it
            if target.endswith(" (deleted)") and not target.startswith("/memfd:"):
                is_spill = target == f"{snapshot.state}/{SPILL_FILE}"
                if not DISK_METER.fullmatch(target) and not is_spill:
                    snapshot.left["deleted files"].append(f"{target} of {process}")
            elif target.partition(":")[0] in processes.NAMESPACES and target not in allowed:
                snapshot.left["namespaces"].append(f"{target} held open by {process}")
            elif target.startswith("socket:") and target[8:-1] in half_closed:
                snapshot.left["sockets"].append(f"{half_closed[target[8:-1]]} of {process}")


def take(instance, known=(), uids=(), temporary=()):
    """Looks at an instance. `known` are (pid, start time) pairs of processes that were its, `uids`
    those that its runs had, `temporary` folders that nobody else uses."""
    server = instance.server()
    uids = run_uids(server) if server else uids
    leaves = cgroups.leaves(instance.name)
    waiting = {n: f for n, f in leaves.items() if server and not cgroups.is_claimed(f)}
    hierarchies = [f for f in cgroups.cgroup_folders(instance.name) if f.endswith(instance.name)]
    seen = _sort(instance, server, waiting.values(), {tuple(one) for one in known}, uids)
    snapshot = Snapshot(instance.name, instance.state, server.pid if server else None)
    left = snapshot.left
    left["processes"] = [str(process) for process in seen.others]
    # Orphans of a server that was killed are the machine's init's to reap, which takes its time.
    left["zombies"] = [str(process) for process in seen.ended if process.parent != INIT]
    left["cgroups"] = _cgroups_left(leaves, waiting, len(hierarchies)) + (
        [] if server else hierarchies
    )
    left["mounts"] = host.host_mounts(instance.name, instance.state + "/")
    left["folders"] = host.folders_below(instance.state)
    left["files"] = host.stray_files(instance.state)
    left["files"] += [str(path) for folder in temporary for path in Path(folder).iterdir()]
    left["shared files"] = host.shared_entries(instance.name)
    left["uids"] = sorted({f"uid {_uid_of(p)}" for p in seen.others if _uid_of(p) in uids})
    allowed = _namespaces([*seen.own, *seen.waiting]) | _namespaces([processes.look_up(os.getpid())])
    left["namespaces"] = sorted(_namespaces(seen.others) - allowed)
    left["ipc objects"] = host.ipc_objects(uids)
    if server:
        _look_into_server(snapshot, seen, server, allowed)
        snapshot.amounts["waiting slots"] = len(waiting)
    everybody = [*seen.own, *seen.waiting, *seen.others, *seen.ended]
    snapshot.identities = sorted(list(process.identity) for process in everybody)
    snapshot.uids = list(uids)
    return snapshot
