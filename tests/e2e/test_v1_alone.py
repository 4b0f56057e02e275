"""A machine without cgroup2: limits, the kill and its proof come from v1 hierarchies alone."""

import pytest

from support import leaks, procs
from support.server import Server
from support.wait import wait_until

HIDE_CGROUP2 = 'for m in $(findmnt -rn -t cgroup2 -o TARGET); do umount "$m"; done; exec "$0" "$@"'
FORKS = "for _ in 1 2 3 4 5; do (setsid sleep 1000 &); done; echo on; while :; do :; done"


@pytest.fixture(scope="module")
def v1_server():
    if leaks.cgroup_mode() == "v2":
        pytest.fail("this machine has no v1 hierarchies: run the tests where there are some")
    with Server(prefix=("unshare", "--mount", "sh", "-c", HIDE_CGROUP2)) as server:
        yield server


@pytest.fixture
def client(v1_server):
    client = v1_server.client()
    yield client
    client.stop_everything()


def test_the_mode_is_told_and_every_layer_is_proved(client):
    able = client.get("/v1/capabilities").json()
    assert able["cgroup_mode"] == "v1"
    assert all(layer["proved"] for layer in able["layers"]), able["layers"]


def test_a_stop_ends_those_that_left_their_session_too(v1_server, client):
    with client.stream("bash", FORKS) as stream:
        run = stream.wait_for("queued").data["id"]
        stream.wait_for("stdout")

        def sleepers():
            return [p for p in v1_server.tree() if p.argv[:2] == ("sleep", "1000")]

        wait_until(lambda: len(sleepers()) == 5, "the five daemons")
        mine = [process.identity for process in sleepers()]
        answer = client.post(f"/v1/runs/{run}/stop").json()
    assert (answer["stopped"], answer["status"], answer["cause"]) == (True, "cancelled", "stop")
    assert answer["proof"]["empty"] is True and answer["proof"]["processes_killed"] == 6
    assert procs.present(mine) == []


def test_a_fork_bomb_ends_at_its_clock_and_nothing_is_left(client, v1_server):
    run = client.run(
        "bash", "f() { f | f & }; f; while :; do :; done", limits={"wall_ms": 1000, "tasks": 32}
    )
    assert (run["status"], run["cause"]) == ("timed_out", "wall_limit"), run
    assert run["usage"]["tasks_refused"] > 0 and run["stop"]["empty"] is True


def test_memory_and_cpu_limits_hold(client):
    run = client.run("python", "x = bytearray(1 << 30)", limits={"memory_bytes": 1 << 26})
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit")
    run = client.run("bash", "while :; do :; done", limits={"cpu_ms": 200})
    assert (run["status"], run["cause"]) == ("timed_out", "cpu_limit")
    assert 200 <= run["usage"]["cpu_ms"] < 2000


def test_a_killed_server_leaves_nothing_after_a_restart(own_server):
    server = own_server(prefix=("unshare", "--mount", "sh", "-c", HIDE_CGROUP2))
    client = server.client()
    with client.stream("bash", FORKS) as stream:
        stream.wait_for("stdout")
        server.kill()
        server.process.wait()
    server.start()
    assert server.client().run("bash", "echo on")["stdout"] == "on\n"
