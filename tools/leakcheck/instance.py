"""Which server is meant: a state folder, the name that follows from it, the process that serves it."""

import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from leakcheck import host, processes

# As src/spawner/uid_range.cc and privileges.cc give them out.
RANGE = 4096
FIRST_AS_ROOT = 1_900_000_000
FIRST_ROOTLESS = 1


def instance_name(state):
    """"leash-" and 12 digits, as src/sandbox/cgroup/instance.cc makes them of device and inode."""
    info = os.stat(state)
    value = 14695981039346656037
    for byte in struct.pack("<QQ", info.st_dev, info.st_ino):
        value = (value ^ byte) * 1099511628211 % 2**64
    return f"leash-{value % 2**48:012x}"


@dataclass(frozen=True)
class Instance:
    """A server instance, that is a state folder; it stays the same one over restarts."""

    state: str
    name: str

    @classmethod
    def of_state(cls, state):
        state = os.path.realpath(state)
        return cls(state, instance_name(state))

    @classmethod
    def of_pid(cls, pid):
        """That of a `leash serve`, which has become leash-spawner."""
        argv = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        if "--state-dir" not in argv:
            raise ValueError(f"pid {pid} is no leash server: {' '.join(argv).strip() or '?'}")
        path = argv[argv.index("--state-dir") + 1]
        return cls.of_state(Path(f"/proc/{pid}/cwd") / path)

    def server(self):
        """The spawner that serves this folder now: who holds its lock. None when nobody does."""
        pid = host.lock_holder(Path(self.state) / "lock")
        return processes.look_up(pid) if pid else None


def run_uids(server):
    """The uids that a server gives to its runs, as the host sees them; by the lock of its range."""
    for target in server.descriptors().values():
        match = re.search(r"/uids-(\d+)\.lock$", target)
        if match:
            maps = [
                tuple(map(int, line.split()))
                for line in Path(f"/proc/{server.pid}/uid_map").read_text().splitlines()
            ]
            rootless = maps != [(0, 0, 2**32 - 1)]
            first = (FIRST_ROOTLESS if rootless else FIRST_AS_ROOT) + int(match[1]) * RANGE
            for inside, outside, count in maps:
                if inside <= first < inside + count:
                    start = first - inside + outside
                    return range(start, start + RANGE)
    return range(0)
