"""cgroup v2 alone: where the runs' folders are made, since a folder that passes controllers on must
have no processes of its own."""

import os
import subprocess
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.server import Server, StateFolder
from support.wait import wait_until

TOP = Path("/sys/fs/cgroup")
JOIN = 'echo $$ >"$0/cgroup.procs" && exec "$@"'
# The machine inside a container: its own cgroup namespace, of which it sees nothing above.
CONTAIN = """
umount --lazy /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$0" "$@"
"""


def joining(folder):
    return ("sh", "-c", JOIN, str(folder))


def containing(folder):
    return (*joining(folder), "unshare", "--cgroup", "--mount", "sh", "-c", CONTAIN)


@pytest.fixture
def folder():
    """A folder of somebody who starts a server, made and taken away, with what it has in it."""
    outer = TOP / f"slice-{uuid.uuid4().hex}"
    own = outer / "own"
    own.mkdir(parents=True)
    yield own
    own.rmdir()  # a server that has ended leaves it as it was
    outer.rmdir()


@contextmanager
def neighbour(folder):
    """Another process in the folder, such as the shell of a session."""
    process = subprocess.Popen([*joining(folder), "sleep", "1000"])
    try:
        wait_until(lambda: folder_of(process.pid) == folder, "the neighbour in its folder")
        yield process
    finally:
        process.kill()
        process.wait()


def folder_of(pid):
    return TOP / Path(f"/proc/{pid}/cgroup").read_text().strip().partition("::/")[2]


def instance_folder(server):
    # Not rglob: it fails when a folder goes while it looks.
    (found,) = [Path(path) for path, _, _ in os.walk(TOP) if Path(path).name == server.instance]
    return found


def assert_it_works(server):
    client = server.client()
    able = client.get("/v1/capabilities").json()
    missing = [layer for layer in able["layers"] if not layer["proved"] and layer["required"]]
    assert able["cgroup_mode"] == "v2" and missing == []
    bomb = "f() { f | f & }; f; while :; do :; done"
    run = client.run("bash", bomb, limits={"wall_ms": 3000, "tasks": 16})
    assert run["usage"]["tasks_refused"] > 0 and run["stop"]["empty"] is True, run


def test_alone_in_its_folder_it_divides_it(folder):
    with Server(prefix=joining(folder)) as server:
        assert folder_of(server.spawner_pid) == folder / "leash-server"
        assert instance_folder(server).parent == folder
        assert_it_works(server)


def test_in_a_login_session_it_uses_the_folder_above(folder):
    with neighbour(folder) as other, Server(prefix=joining(folder)) as server:
        assert folder_of(server.spawner_pid) == folder_of(other.pid) == folder
        assert instance_folder(server).parent == folder.parent
        assert_it_works(server)


def test_what_systemd_has_handed_over_is_divided_with_all_that_is_in_it(folder):
    os.setxattr(folder, "trusted.delegate", b"1")
    with neighbour(folder) as other:
        with Server(prefix=joining(folder)) as server:
            assert folder_of(server.spawner_pid) == folder / "leash-server"
            assert folder_of(other.pid) == folder / "leash-server"
            assert instance_folder(server).parent == folder
            assert_it_works(server)


def test_in_a_container_all_moves_to_a_leaf(folder):
    (folder.parent.parent / "cgroup.subtree_control").write_text("+memory +pids +cpu")
    (folder.parent / "cgroup.subtree_control").write_text("+memory +pids")  # no cpu for it
    with neighbour(folder) as other:
        with Server(prefix=containing(folder)) as server:
            assert folder_of(other.pid) == folder / "leash-server"
            assert instance_folder(server).parent == folder
            assert_it_works(server)
            layers = server.client().get("/v1/capabilities").json()["layers"]
            (share,) = [layer for layer in layers if layer["name"] == "cpu_share"]
            assert (share["proved"], share["required"]) == (False, False)
            assert "Delegate=cpu" in share["remedy"]


def test_after_its_end_others_may_enter_the_folder_again(folder):
    with neighbour(folder) as other:
        os.setxattr(folder, "trusted.delegate", b"1")
        with Server(prefix=joining(folder)):
            assert folder_of(other.pid) == folder / "leash-server"
        assert folder_of(other.pid) == folder and not (folder / "leash-server").exists()
        with neighbour(folder) as another:
            assert folder_of(another.pid) == folder


def test_a_killed_server_is_started_anew_in_its_leaf(folder):
    state = StateFolder()
    with Server(prefix=joining(folder), folder=state) as server:
        before = instance_folder(server)
        server.kill()
        server.process.wait()
    with Server(prefix=joining(folder / "leash-server"), folder=state) as server:
        assert instance_folder(server) == before
        assert_it_works(server)
    state.close()
    (folder / "leash-server").rmdir()


def test_a_second_server_finds_a_place_beside_the_first(folder):
    os.setxattr(folder, "trusted.delegate", b"1")
    with Server(prefix=joining(folder)) as one:
        with Server(prefix=joining(folder / "leash-server")) as two:
            assert instance_folder(one).parent == instance_folder(two).parent == folder
            assert_it_works(one)
            assert_it_works(two)
