"""What must hold in every cgroup mode: limits, the kill, its proof. Imported by the tests that have a
server in a certain mode, as their fixture `mode_server`, and its `client`."""

from support import leaks, procs
from support.wait import SLOWNESS, wait_until

FORKS = "for _ in 1 2 3 4 5; do (setsid sleep 1000 &); done; echo on; while :; do :; done"


def test_every_layer_is_proved(client):
    able = client.get("/v1/capabilities").json()
    assert all(layer["proved"] for layer in able["layers"]), able["layers"]


def test_a_stop_ends_those_that_left_their_session_too(mode_server, client):
    with client.stream("bash", FORKS) as stream:
        run = stream.wait_for("queued").data["id"]
        stream.wait_for("stdout")

        def sleepers():
            return [p for p in mode_server.tree() if p.argv[:2] == ("sleep", "1000")]

        wait_until(lambda: len(sleepers()) == 5, "the five daemons")
        mine = [process.identity for process in sleepers()]
        answer = client.post(f"/v1/runs/{run}/stop").json()
    assert (answer["stopped"], answer["status"], answer["cause"]) == (True, "cancelled", "stop")
    assert answer["proof"]["empty"] is True and answer["proof"]["processes_killed"] == 6
    assert procs.present(mine) == []


def test_a_fork_bomb_ends_at_its_clock_and_nothing_is_left(client):
    limits = {"wall_ms": int(1000 * SLOWNESS), "tasks": 32}
    run = client.run("bash", "f() { f | f & }; f; while :; do :; done", limits=limits)
    assert (run["status"], run["cause"]) == ("timed_out", "wall_limit"), run
    assert run["usage"]["tasks_refused"] > 0 and run["stop"]["empty"] is True


def test_memory_over_the_limit_ends_the_whole_run_with_that_cause(client):
    run = client.run("python", "x = bytearray(1 << 30)", limits={"memory_bytes": 1 << 26})
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit")
    code = "import os, time\nif os.fork() == 0: x = bytearray(1 << 30)\nwhile True: time.sleep(1)"
    run = client.run("python", code, limits={"memory_bytes": 1 << 26, "wall_ms": 20000})
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit"), run
    assert run["usage"]["peak_memory_bytes"] >= 1 << 25


def test_cpu_time_is_counted_and_limited(client):
    run = client.run("bash", "while :; do :; done", limits={"cpu_ms": 200})
    assert (run["status"], run["cause"]) == ("timed_out", "cpu_limit")
    assert 200 <= run["usage"]["cpu_ms"] < 2000


def cpu_shares(folders):
    """A leaf's part of a scarce processor, against that of a new one."""
    for folder in folders:
        for name, default in (("cpu.shares", 1024), ("cpu.weight", 100)):
            if (folder / name).exists():
                return int((folder / name).read_text()) / default
    return None


def test_a_run_that_goes_on_lets_newer_ones_pass(mode_server, client):
    with client.stream("bash", "echo on; exec sleep 1000") as stream:
        stream.wait_for("stdout")
        slots = [process for process in mode_server.tree() if process.sandboxed]
        (mine,) = [process for process in slots if process.argv[:2] == ("sleep", "1000")]
        leaf = leaks.cgroups_of(mine)
        wait_until(lambda: cpu_shares(leaf) == 0.25, "a lower share")
        others = [leaks.cgroups_of(process) for process in slots]
        assert {cpu_shares(other) for other in others if other and other != leaf} == {1}
        client.stop(stream.run_id)


def test_a_killed_server_leaves_nothing_after_a_restart(mode_server):
    with mode_server.client().stream("bash", FORKS) as stream:
        stream.wait_for("stdout")
        mode_server.kill()
        mode_server.process.wait()
    mode_server.start()
    assert mode_server.client().run("bash", "echo on")["stdout"] == "on\n"
