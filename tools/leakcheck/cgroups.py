"""The cgroup folders of a server instance, in every hierarchy, v1 and v2."""

import os
from pathlib import Path


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


def members_of(folders):
    """Pids in these cgroups; one that has gone has none."""
    pids = set()
    for folder in folders:
        try:
            pids.update(int(pid) for pid in (Path(folder) / "cgroup.procs").read_text().split())
        except OSError:
            continue
    return pids


def cgroup_members(name):
    """Pids in the cgroups found by `cgroup_folders`."""
    return members_of(cgroup_folders(name))


def leaves(name):
    """The leaves of an instance: the name of each, and its folders, one a hierarchy."""
    found = {}
    for folder in cgroup_folders(name):
        below = Path(folder).parts[Path(folder).parts.index(name) + 1 :]
        if below:
            found.setdefault(below[0], []).append(folder)
    return found


def is_claimed(folders):
    """Whether a run was put into this leaf: then it has a limit of tasks. One that was made ahead,
    and waits, has none yet."""
    for folder in folders:
        try:
            if (Path(folder) / "pids.max").read_text().strip() != "max":
                return True
        except OSError:
            continue  # not the hierarchy of the pids controller, or gone
    return False


def dying(name):
    """Cgroups that were removed but that the kernel has not let go yet: a trend, never zero at once."""
    count = 0
    for folder in cgroup_folders(name):
        try:
            lines = (Path(folder) / "cgroup.stat").read_text().splitlines()
        except OSError:
            continue
        if Path(folder).name == name:
            count += sum(int(one.split()[1]) for one in lines if one.startswith("nr_dying_desc"))
    return count
