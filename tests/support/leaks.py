"""What a server may leave behind, found by enumeration. The finding itself is tools/leakcheck."""

from leakcheck.cgroups import (  # noqa: F401: this is where tests find them
    cgroup_folders,
    cgroup_members,
    cgroup_mode,
    cgroup_mounts,
    cgroups_of,
    is_claimed,
)
from leakcheck.compare import check
from leakcheck.host import (  # noqa: F401
    SHARED_FOLDERS,
    folders_below,
    host_mounts,
    shared_entries,
)
from leakcheck.instance import Instance
from leakcheck.snapshot import KINDS, MOST_SPARE_NETWORKS, take  # noqa: F401


def baseline(server):
    """What a server that does nothing has: before the runs that are not to add to it."""
    return take(Instance.of_state(server.folder.path), temporary=[server.folder.temporary])


def left(folder, known=(), before=None, seconds=5.0):
    """Lines: what is left of an instance, of its runs while it serves, of all of it when it has
    ended. `known` are identities of processes that were its; with `before`, a baseline, more
    descriptors, threads or memory count, too."""
    instance = Instance.of_state(folder.path)
    return check(instance, before, seconds, [folder.temporary], known)[1]


def zeros(folder, before=None):
    """The count of each kind of thing that is left; for a table of zeros."""
    now, lines = check(Instance.of_state(folder.path), before, 5.0, [folder.temporary])
    return {kind: len(now.left[kind]) for kind in KINDS} | {"grown amounts": len(lines) - now.total()}
