"""What a server may leave behind, found by enumeration: cgroups, mounts, folders, files."""

import os
from pathlib import Path

SHARED_FOLDERS = ("/tmp", "/var/tmp", "/run", "/dev/shm")


def cgroup_mounts():
    """Mount points of every cgroup hierarchy, v1 and v2."""
    mounts = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.split()[0] in ("cgroup", "cgroup2"):
            mounts.append(before.split()[4])
    return mounts


def cgroup_mode():
    """v1, v2 or hybrid, as the host's mounts say."""
    kinds = {
        line.partition(" - ")[2].split()[0]
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
    }
    if {"cgroup", "cgroup2"} <= kinds:
        return "hybrid"
    return "v2" if "cgroup2" in kinds else "v1"


def cgroup_folders(name):
    """Every cgroup directory called `name`, and all below it, in every hierarchy."""
    found = []
    for mount in cgroup_mounts():
        for folder, _, _ in os.walk(mount):
            if name in Path(folder).relative_to(mount).parts:
                found.append(folder)
    return found


def cgroups_of(process):
    """The folders that a process is in, one for each hierarchy that is mounted at its root."""
    paths = (line.split(":", 2)[2].lstrip("/") for line in process.cgroups.splitlines())
    found = {Path(mount) / path for path in paths for mount in cgroup_mounts() if path}
    return [folder for folder in found if (folder / "cgroup.procs").exists()]


def cgroup_members(name):
    """Pids in the cgroups found by `cgroup_folders`."""
    pids = set()
    for folder in cgroup_folders(name):
        try:
            pids.update(int(pid) for pid in (Path(folder) / "cgroup.procs").read_text().split())
        except OSError:
            continue
    return pids


def host_mounts(*texts):
    """Lines of the host's mountinfo that mention any of `texts`."""
    lines = Path("/proc/1/mountinfo").read_text() + Path("/proc/self/mountinfo").read_text()
    return sorted({line for line in lines.splitlines() if any(text in line for text in texts)})


def shared_entries(*texts):
    """Entries of the host's shared folders whose name mentions any of `texts`."""
    return [
        str(Path(folder) / entry)
        for folder in SHARED_FOLDERS
        if os.path.isdir(folder)
        for entry in os.listdir(folder)
        if any(text in entry for text in texts)
    ]


def folders_below(root):
    """Every directory below `root` but that of the records: nothing else may be kept there."""
    folders = (path for path in Path(root).rglob("*") if path.is_dir())
    return sorted(str(path) for path in folders if path.name != "records")
