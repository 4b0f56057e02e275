"""What an instance may leave on the host besides processes and cgroups: mounts, folders, files,
sockets, objects of System V."""

import os
from pathlib import Path

SHARED_FOLDERS = ("/tmp", "/var/tmp", "/run", "/dev/shm")
# What belongs into a state folder. All else there is somebody's leftover.
STATE_FILES = ("lock", "token", "tokens", "records")
RECORD_FILES = ("records.db", "records.db-wal", "records.db-shm", "records.db-journal")


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


def stray_files(state):
    """Files in a state folder that no server keeps there."""
    state = Path(state)
    found = [path for path in state.iterdir() if not path.is_dir() and path.name not in STATE_FILES]
    if (state / "records").is_dir():
        found += [path for path in (state / "records").iterdir() if path.name not in RECORD_FILES]
    return sorted(str(path) for path in found)


def lock_holder(path):
    """Pid of the process that holds the flock of a file, or None."""
    try:
        info = os.stat(path)
    except FileNotFoundError:
        return None
    device = f"{os.major(info.st_dev):02x}:{os.minor(info.st_dev):02x}"
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        # A waiting one has an arrow in front: it holds nothing.
        if fields[1] == "FLOCK" and fields[5] == f"{device}:{info.st_ino}":
            return int(fields[4])
    return None


def ipc_objects(uids):
    """Shared memory, semaphores and queues of System V, on the host, that belong to these uids."""
    found = []
    for kind in ("shm", "sem", "msg"):
        try:
            head, *lines = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
        except OSError:
            continue  # a kernel without them
        column = head.split().index("uid")
        for line in lines:
            fields = line.split()
            if int(fields[column]) in uids:
                found.append(f"{kind} {fields[1]} of uid {fields[column]}")
    return found


def tcp_sockets(pid, states):
    """Inode -> text of the TCP sockets in one of these states (the kernel's numbers), in the network
    of this process."""
    found = {}
    for table in (f"/proc/{pid}/net/tcp", f"/proc/{pid}/net/tcp6"):
        if not os.path.exists(table):
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[3], 16) in states:
                found[fields[9]] = f"{fields[1]} -> {fields[2]}"
    return found
