"""A server of an ordinary user: a user namespace, subordinate ids, delegated cgroups."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from support import procs
from support.rootless import SUBORDINATE_COUNT, SUBORDINATE_FIRST, UID, OrdinaryUser
from support.server import Server, StateFolder
from support.wait import wait_until

pytestmark = pytest.mark.xdist_group("users")  # see vm/test_sysctls.py
LOOP = "print('on', flush=True)\nwhile True: pass"
SUBORDINATE = range(SUBORDINATE_FIRST, SUBORDINATE_FIRST + SUBORDINATE_COUNT)


@pytest.fixture(scope="module")
def user():
    with OrdinaryUser() as user:
        yield user


@pytest.fixture
def rootless(user, programs):
    folder = StateFolder()
    folder.base.chmod(0o755)
    user.own(folder.path, folder.temporary)
    with Server(prefix=user.prefix(), binary=programs, folder=folder) as server:
        yield server
    folder.close()


@pytest.fixture
def client(rootless):
    return rootless.client()


def uids_on_host(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("Uid:"))
    return {int(word) for word in line.split()[1:]}


def test_every_layer_is_proved_and_the_mode_is_told(client):
    able = client.get("/v1/capabilities").json()
    assert able["rootless"] is True
    layers = {layer["name"]: layer for layer in able["layers"]}
    assert all(layer["proved"] for layer in layers.values()), layers
    assert "user_namespace" in layers


def test_every_language_that_root_has_is_offered(client, server):
    def offered(client):
        return {
            entry["id"]: entry["version"]
            for entry in client.get("/v1/languages").json()
            if entry["available"]
        }

    wait_until(lambda: client.get("/readyz").status == 200, "the self-tests")
    assert offered(client) == offered(server.client())


def test_a_run_has_an_id_of_its_own_that_is_neither_the_users_nor_the_servers(rootless, client):
    with client.stream("python", LOOP) as one, client.stream("python", LOOP) as two:
        for stream in (one, two):
            stream.wait_for("stdout")
        ids = [
            frozenset(uids_on_host(process.pid))
            for process in rootless.tree()
            if "main.py" in " ".join(process.argv)
        ]
        server_ids = uids_on_host(rootless.http_pid())
    assert len(ids) == 2 and len(set(ids)) == 2, ids
    assert all(uid in SUBORDINATE for own in (*ids, server_ids) for uid in own), (ids, server_ids)
    assert not server_ids & (ids[0] | ids[1])


def test_the_server_process_has_no_capability_and_the_spawner_none_outside(rootless):
    for pid in (rootless.http_pid(), rootless.spawner_pid):
        assert os.stat(f"/proc/{pid}/ns/user").st_ino != os.stat("/proc/self/ns/user").st_ino
    status = Path(f"/proc/{rootless.http_pid()}/status").read_text()
    for line in status.splitlines():
        if line.startswith(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")):
            assert int(line.split()[1], 16) == 0, line
    assert uids_on_host(rootless.spawner_pid) == {UID}


def test_a_stop_ends_every_process_with_proof(rootless, client):
    code = "import os, time\nfor _ in range(3): os.fork()\nprint(1, flush=True)\nwhile True: pass"
    with client.stream("python", code, limits={"wall_ms": 60_000}) as stream:
        first = stream.wait_for("queued")
        wait_until(
            lambda: len([p for p in rootless.tree() if "main.py" in " ".join(p.argv)]) == 8,
            "all eight processes",
            seconds=30,
        )
        mine = [p.identity for p in rootless.tree() if "main.py" in " ".join(p.argv)]
        answer = client.post(f"/v1/runs/{first.data['id']}/stop").json()
    assert answer["stopped"] is True and answer["cause"] == "stop", answer
    assert answer["proof"]["empty"] is True and answer["proof"]["processes_killed"] == 8
    assert procs.present(mine) == []


def test_limits_hold(client):
    run = client.run("python", "x = bytearray(1 << 30)", limits={"memory_bytes": 1 << 26})
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit")
    code = "import os\nn = 0\ntry:\n  while True:\n    if os.fork() == 0: os.pause()\n    n += 1\n"
    code = code.replace("os.pause()", "__import__('signal').pause()")
    code += "except BlockingIOError: print(n)"
    run = client.run("python", code, limits={"tasks": 8})
    assert run["stdout"] == "7\n", run
    run = client.run("bash", "while :; do :; done", limits={"wall_ms": 200})
    assert (run["status"], run["cause"]) == ("timed_out", "wall_limit")
    code = "head -c 2000000 /dev/zero > f; echo $?"
    run = client.run("bash", code, limits={"disk_bytes": 1_000_000})
    assert run["stdout"] == "1\n" and run["usage"]["disk_full"] is True, run


def test_a_killed_spawner_leaves_nothing(rootless, client):
    with client.stream("python", LOOP) as stream:
        stream.wait_for("stdout")
        rootless.kill()
        rootless.process.wait()
        wait_until(lambda: procs.present(rootless._seen) == [], "the end of all processes")
    rootless.start()  # takes its folders over and removes what is in them
    run = rootless.client().run("bash", "echo on")
    assert run["stdout"] == "on\n", run


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"subordinate": False}, ["/etc/subuid", "usermod --add-subuids"]),
        ({"delegate": False}, ["Permission denied", "systemd-run --user --scope -p Delegate=yes"]),
    ],
    ids=["subordinate-ids", "cgroup-folders"],
)
def test_what_is_missing_is_told_and_how_to_mend_it(programs, missing, words):
    with OrdinaryUser(**missing) as user:
        ended = subprocess.run(
            [*user.prefix(), programs, "serve", "--state-dir", str(user.home / "state")],
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert ended.returncode == 1
    assert all(word in ended.stderr for word in words), ended.stderr
    assert "Traceback" not in ended.stderr


def test_ctrl_c_ends_it(rootless):
    rootless.send_signal(signal.SIGINT)
    assert rootless.wait() == 0
    rootless.assert_nothing_left()
