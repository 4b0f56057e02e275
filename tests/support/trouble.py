"""Trouble that a host can have: a small or full disk, few descriptors, a cgroup with its own limit."""

import contextlib
import os
import re
import subprocess
import uuid
from pathlib import Path

from leakcheck.cgroups import cgroup_mounts, members_of

from support.wait import wait_until


@contextlib.contextmanager
def tiny_disk(folder, options="size=2m,nr_inodes=64"):
    """A tmpfs of its own behind the state folder; gone at the end, whatever happens."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=0700,{options}", "tiny", folder.path], check=True)
    try:
        yield folder.path
    finally:
        subprocess.run(["umount", "--lazy", folder.path], check=True)


def remount(path, option):
    subprocess.run(["mount", "-o", f"remount,{option}", path], check=True)


@contextlib.contextmanager
def filled(path):
    """Not a byte is free while the block runs."""
    balloon = Path(path) / "balloon"
    with open(balloon, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        balloon.unlink()


@contextlib.contextmanager
def without_inodes(path):
    """Not a file can be made while the block runs."""
    made = []
    with contextlib.suppress(OSError):
        while True:
            made.append(Path(path) / f"inode-{len(made)}")
            os.close(os.open(made[-1], os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield
    finally:
        for one in made[:-1]:
            one.unlink()


def few_descriptors(count):
    """To stand before the command of a server."""
    return ("prlimit", f"--nofile={count}:{count}")


class Cgroup:
    """A cgroup folder for a server, next to this process's own, in one hierarchy."""

    def __init__(self, controller):
        """`controller`: memory, or "" for the folder in the v2 tree."""
        mounts = [m for m in cgroup_mounts() if self._has(m, controller)]
        self.folder = Path(mounts[0]) / f"trouble-{uuid.uuid4().hex[:12]}"

    @staticmethod
    def _has(mount, controller):
        unified = Path(mount, "cgroup.controllers").exists()
        if not controller:
            return unified
        return controller in (Path(mount, "cgroup.controllers").read_text() if unified else Path(mount).name)

    def __enter__(self):
        self.folder.mkdir()
        return self

    def __exit__(self, *_):
        wait_until(lambda: not members_of([self.folder]), f"{self.folder} to be empty")
        self.folder.rmdir()

    def prefix(self):
        """To stand before a command, which is in this cgroup then."""
        return ("/bin/sh", "-c", f'echo 0 > {self.folder}/cgroup.procs && exec "$@"', "sh")

    def limit_memory(self, count):
        unified = (self.folder / "cgroup.controllers").exists()
        file = "memory.max" if unified else "memory.limit_in_bytes"
        (self.folder / file).write_text(str(count))

    def kill(self):
        """Kills what is in it, by which the kernel marks it for ever."""
        victim = subprocess.Popen([*self.prefix(), "sleep", "600"])
        wait_until(lambda: victim.pid in members_of([self.folder]), "the victim to be in it")
        (self.folder / "cgroup.kill").write_text("1")
        assert victim.wait(10) == -9


def cpu_seconds(pid):
    """Processor time that a process has used."""
    fields = re.sub(r"^.*\) ", "", Path(f"/proc/{pid}/stat").read_text()).split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
