"""An ordinary user who may run a server: subordinate ids, cgroup folders of its own, no rights.

Started as a program it becomes that user and executes a command: `rootless.py FOLDER COMMAND…`, in
a mount namespace of its own, so that the machine's /etc stays as it is.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CONTROLLERS = {"memory", "pids", "cpu", "cpuacct"}
# A user for each worker of the test runner: they must not share what the user's servers share, and
# what is taken away at the end.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
SUBORDINATE_COUNT = 65_536
SUBORDINATE_FIRST = 700_000_000 + _WORKER * SUBORDINATE_COUNT
UID = 54_321 + _WORKER
NAME = "leash-e2e-user"


def own_cgroup_folders():
    """This process's folder in each hierarchy that leash uses."""
    mounts = {}
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split()[:3]
        if kind == "cgroup2":
            mounts[""] = before.split()[4]
        elif kind == "cgroup":
            mounts.update({name: before.split()[4] for name in options.split(",")})
    folders = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        for name in names.split(","):
            if name in mounts and (name == "" or name in CONTROLLERS):
                folders.append(Path(mounts[name] + path))
    return list(dict.fromkeys(folders))  # cpu and cpuacct may be one


def pass_controllers_on(folder):
    """cgroup v2: what is below the folder may have limits, as systemd sees to it."""
    offered = folder / "cgroup.controllers"
    if offered.exists() and {"memory", "pids"} <= set(offered.read_text().split()):
        (folder / "cgroup.subtree_control").write_text("+memory +pids +cpu")


class OrdinaryUser:
    """Owns what an administrator would set up for a user, and takes it away again."""

    def __init__(self, delegate=True, subordinate=True):
        self.base = Path(tempfile.mkdtemp(prefix="e2e-user-"))
        self.base.chmod(0o755)
        self.home = self.base / "home"
        self.home.mkdir()
        os.chown(self.home, UID, UID)
        self.cgroups = []
        for folder in own_cgroup_folders() if delegate else []:
            own = folder / self.base.name
            own.mkdir()
            pass_controllers_on(folder)
            for path in (own, *own.iterdir()):
                os.chown(path, UID, UID)
            self.cgroups.append(str(own))
        ids = f"{NAME}:{SUBORDINATE_FIRST}:{SUBORDINATE_COUNT}\n" if subordinate else ""
        etc = self.base / "etc"
        etc.mkdir()
        account = f"{NAME}:x:{UID}:{UID}::{self.home}:/bin/sh\n"
        (etc / "passwd").write_text(Path("/etc/passwd").read_text() + account)
        (etc / "group").write_text(Path("/etc/group").read_text() + f"{NAME}:x:{UID}:\n")
        (etc / "subuid").write_text(ids)
        (etc / "subgid").write_text(ids)
        (self.base / "user.json").write_text(json.dumps({"uid": UID, "cgroups": self.cgroups}))

    def prefix(self):
        """What a command begins with to be executed as this user, as the same process."""
        return ["unshare", "--mount", sys.executable, __file__, str(self.base)]

    def own(self, *paths):
        for path in paths:
            os.chown(path, UID, UID)

    def close(self):
        for folder in map(Path, self.cgroups):
            for path in (folder / "leash-server", folder):  # cgroup v2: the server's own leaf
                if path.exists():
                    path.rmdir()
        shutil.rmtree(self.base)
        shutil.rmtree(f"/tmp/leash-{UID}", ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def become(base, command):
    """In the new process: joins the cgroups, gets the accounts, gives up root, executes."""
    user = json.loads((base / "user.json").read_text())  # the environment is the command's
    for folder in user["cgroups"]:
        # cgroup v2: a server that was killed leaves its folder divided, and nobody may enter it.
        leaf = Path(folder) / "leash-server"
        ((leaf if leaf.exists() else Path(folder)) / "cgroup.procs").write_text("0")
    for file in (base / "etc").iterdir():
        target = Path("/etc") / file.name
        target.touch()
        subprocess.run(["mount", "--bind", file, target], check=True)
    uid = user["uid"]
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.execvpe(command[0], command, {**os.environ, "HOME": str(base / "home")})


if __name__ == "__main__":
    become(Path(sys.argv[1]), sys.argv[2:])
