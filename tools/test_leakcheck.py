"""leakcheck must be able to fail: one leak of each kind is planted, beside a stand-in for a server,
and must be found; and without it nothing must be."""

import contextlib
import ctypes
import json
import os
import select
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from leakcheck.cgroups import cgroup_mounts
from leakcheck.compare import check, grown
from leakcheck.instance import FIRST_AS_ROOT, Instance
from leakcheck.snapshot import KINDS, Snapshot, take

TOOL = Path(__file__).resolve().parent / "leakcheck"
# Holds the lock of a state folder and a range of uids, as the spawner does, and does what it is told.
STAND_IN = """
import fcntl, os, socket, subprocess, sys, threading
state, uids = sys.argv[2], open(sys.argv[3], "w")
lock = open(state + "/lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("ready", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""
# Of the ranges of a server of root's one so high that none gets there; its own for each test run.
RANGE_NUMBER = 900 + os.getpid() % 120
RUN_UID = FIRST_AS_ROOT + RANGE_NUMBER * 4096 + 5


class StandIn:
    """A process that is taken for the server of a state folder."""

    def __init__(self, base):
        self.state = base / "state"
        self.state.mkdir()
        self.temporary = base / "tmp"
        self.temporary.mkdir()
        self.instance = Instance.of_state(self.state)
        self._process = subprocess.Popen(
            [sys.executable, "-c", STAND_IN, "--state-dir", self.state, base / f"uids-{RANGE_NUMBER}.lock"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self._expect("ready")
        self.pid = self._process.pid

    def _expect(self, word):
        assert select.select([self._process.stdout], [], [], 20)[0], "the stand-in is silent"
        assert self._process.stdout.readline().strip() == word

    def do(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        self._expect("done")

    def take(self, **options):
        return take(self.instance, temporary=[self.temporary], **options)

    def end(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture
def server(tmp_path):
    server = StandIn(tmp_path)
    yield server
    server.end()


@contextlib.contextmanager
def program(*commands, uid=None):
    """A process of a run: it waits, and ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", "\n".join([*commands, "print('up', flush=True); input()"])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, user=uid, cwd="/",
    )
    try:
        assert process.stdout.readline() == b"up\n"
        yield process
    finally:
        process.communicate(b"\n")


@contextlib.contextmanager
def leaf(server, limit="max"):
    """A leaf in the hierarchy of the pids controller, and its folder there."""
    mount = next(m for m in cgroup_mounts() if Path(m, "cgroup.procs").exists() and "pids" in m)
    folder = Path(mount) / server.instance.name
    (folder / "slot-1").mkdir(parents=True)
    (folder / "slot-1/pids.max").write_text(limit)
    try:
        yield folder / "slot-1"
    finally:
        (folder / "slot-1").rmdir()
        folder.rmdir()


# --- each of these plants one leak ----------------------------------------------------------------


@contextlib.contextmanager
def plant_processes(server):
    with leaf(server, "7") as folder, program() as process:
        (folder / "cgroup.procs").write_text(str(process.pid))
        yield


@contextlib.contextmanager
def plant_zombies(server):
    server.do("child = subprocess.Popen(['/bin/true']); os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)")
    yield


@contextlib.contextmanager
def plant_cgroups(server):
    with leaf(server):  # looks as if it had been made ahead, but nobody is in it
        yield


@contextlib.contextmanager
def plant_mounts(server):
    target = server.state / "box"
    target.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.mount(b"leak", str(target).encode(), b"tmpfs", 0, None) == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        assert libc.umount2(str(target).encode(), 2) == 0
        target.rmdir()


@contextlib.contextmanager
def plant_folders(server):
    (server.state / "slot-1").mkdir()
    yield


@contextlib.contextmanager
def plant_files(server):
    (server.state / "token.h3lKs9").touch()
    yield


@contextlib.contextmanager
def plant_shared_files(server):
    path = Path("/dev/shm") / f"{server.instance.name}-slot-1"
    path.touch()
    try:
        yield
    finally:
        path.unlink()


@contextlib.contextmanager
def plant_deleted_files(server):
    server.do("kept = open(state + '/x', 'w'); os.unlink(state + '/x')")
    yield


@contextlib.contextmanager
def plant_uids(server):
    with program(uid=RUN_UID):
        yield


@contextlib.contextmanager
def plant_namespaces(server):
    # On purpose without a process: an open descriptor keeps a namespace alive.
    with program("import ctypes; ctypes.CDLL(None).unshare(0x08000000)") as process:
        server.do(f"kept = open('/proc/{process.pid}/ns/ipc')")
    yield


@contextlib.contextmanager
def plant_ipc_objects(server):
    with program("import ctypes; assert ctypes.CDLL(None).semget(0, 1, 0o600) >= 0", uid=RUN_UID):
        pass
    yield
    for line in Path("/proc/sysvipc/sem").read_text().splitlines()[1:]:
        if int(line.split()[4]) == RUN_UID:
            assert ctypes.CDLL(None).semctl(int(line.split()[1]), 0, 0) == 0


@contextlib.contextmanager
def plant_sockets(server):
    server.do("listening = socket.create_server(('127.0.0.1', 0))")
    server.do("open(state + '/lock', 'w').write(str(listening.getsockname()[1]))")
    with socket.create_connection(("127.0.0.1", int((server.state / "lock").read_text()))):
        server.do("kept = listening.accept()[0]")
    yield


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_leak_is_found_and_gone_when_it_is_gone(server, kind):
    before = server.take()
    assert before.total() == 0 and before.server == server.pid, before.lines()
    with globals()["plant_" + kind.replace(" ", "_")](server):
        found = server.take()
        assert found.left[kind], f"{kind} not found: {found.lines()}"
        if kind not in ("zombies", "sockets", "namespaces", "deleted files"):
            now, lines = check(server.instance, before, patience=0, temporary=[server.temporary])
            assert any(line.startswith(kind) for line in lines), lines


@pytest.mark.parametrize("line, figure", [
    ("kept = os.pipe()", "descriptors (pipe)"),
    ("kept = threading.Event(); threading.Thread(target=kept.wait, daemon=True).start()", "threads"),
    ("kept = b'x' * (64 << 20)", "RSS in KiB"),
])
def test_amounts_that_grow_are_found(server, line, figure):
    before = server.take()
    assert grown(before, server.take()) == []
    server.do(line)
    found = grown(before, server.take())
    assert any(figure in one for one in found), found
    server.do("kept.set()" if "Event" in line else "pass")


def test_a_temporary_file_is_found(server):
    (server.temporary / "leash-x").touch()
    assert server.take().left["files"] == [str(server.temporary / "leash-x")]


def test_slots_that_were_used_up_are_found(server):
    waiting = Snapshot("a", "b", 1, amounts={"waiting slots": 12})
    assert grown(waiting, Snapshot("a", "b", 1, amounts={"waiting slots": 11})) != []


def test_what_a_dead_server_leaves_is_found_by_its_folder_alone(tmp_path):
    server = StandIn(tmp_path)
    before = server.take()
    with leaf(server) as folder, program() as process:
        (folder / "cgroup.procs").write_text(str(process.pid))
        server.end()
        found = take(server.instance)
        assert found.server is None and len(found.left["cgroups"]) == 2
        assert [str(process.pid) in text for text in found.left["processes"]] == [True]
    with program(uid=RUN_UID) as process:  # in no cgroup: only who knows its uids can tell
        assert take(server.instance, uids=before.uids).left["uids"] == [f"uid {RUN_UID}"]


def test_the_command_prints_zeros_and_says_by_its_exit_code_whether_something_is_left(server, tmp_path):
    def leakcheck(*options):
        command = [sys.executable, TOOL, *options, "--wait", "0"]
        return subprocess.run(command, capture_output=True, text=True)

    done = leakcheck("--pid", str(server.pid), "--save", tmp_path / "before.json")
    assert done.returncode == 0 and "nothing is left" in done.stdout, done
    assert all(f"  {kind} " in done.stdout for kind in KINDS)
    (server.state / "slot-1").mkdir()
    done = leakcheck("--state-dir", server.state, "--baseline", tmp_path / "before.json", "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["left"] == [f"folders: {server.state}/slot-1"]
    assert leakcheck("--state-dir", tmp_path / "none").returncode == 2
    assert leakcheck("--pid", str(os.getpid())).returncode == 2
