"""Known traps of kernels and set-ups: found at start, worked around or told with how to mend them."""

import subprocess
import sys
from pathlib import Path

import pytest

from support import clone_into
from support.rootless import own_cgroup_folders
from support.server import Server

JOIN = 'echo $$ >"$0/cgroup.procs" && exec "$@"'


def joining(folder, *command):
    return ("sh", "-c", JOIN, str(folder), *command)


@pytest.fixture
def killed_folder(tmp_path):
    """A cgroup2 folder that was killed once, as that of a server which is started anew."""
    (own,) = [path for path in own_cgroup_folders() if (path / "cgroup.controllers").exists()]
    folder = own / f"e2e-killed-{tmp_path.name}"
    folder.mkdir()
    victim = subprocess.Popen(joining(folder, "sh", "-c", "echo in; sleep 1000"), stdout=-1)
    assert victim.stdout.readline() == b"in\n"
    (folder / "cgroup.kill").write_text("1")
    assert victim.wait() == -9
    victim.stdout.close()
    yield folder
    folder.rmdir()


def test_a_server_in_a_cgroup_that_was_killed_before_finds_out_and_runs_work(killed_folder):
    """Some kernels then kill at birth whatever the server clones into a leaf of its own."""
    fresh = killed_folder / "fresh"
    fresh.mkdir()
    looked = subprocess.run(
        joining(killed_folder, sys.executable, clone_into.__file__, str(fresh)),
        capture_output=True,
        text=True,
    )
    fresh.rmdir()
    assert looked.stdout in ("alive\n", "killed\n"), looked
    with Server(prefix=joining(killed_folder)) as server:
        client = server.client()
        layers = {layer["name"]: layer for layer in client.get("/v1/capabilities").json()["layers"]}
        assert all(layer["proved"] for layer in layers.values()), layers
        born_there = "born there" in layers["cgroup"]["detail"]
        assert born_there == (looked.stdout == "alive\n"), layers["cgroup"]
        for language in ("bash", "python"):
            code = "echo on" if language == "bash" else "print('on')"
            assert client.run(language, code)["stdout"] == "on\n"
        run = client.run("bash", "sleep 1000 & while :; do :; done", limits={"wall_ms": 300})
        assert (run["cause"], run["stop"]["empty"]) == ("wall_limit", True)


def test_rights_that_containers_lack_are_not_needed():
    """Without CAP_SYS_RESOURCE no limit can be raised: all are only lowered."""
    prefix = ("setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource")
    with Server(prefix=prefix) as server:
        status = Path(f"/proc/{server.spawner_pid}/status").read_text()
        (effective,) = [line.split()[1] for line in status.splitlines() if line[:7] == "CapEff:"]
        assert not int(effective, 16) >> 24 & 1
        client = server.client()
        assert all(layer["proved"] for layer in client.get("/v1/capabilities").json()["layers"])
        run = client.run("bash", "ulimit -n; ulimit -c")
        assert run["stdout"] == "1024\n0\n", run
