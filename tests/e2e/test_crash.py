"""Processes of the server are killed in the middle of things. Nobody survives their supervisor, and
nothing is left after a restart."""

import signal
import socket

import pytest

from support import crashes, leaks, procs
from support.languages import payload
from support.server import Server, StateFolder
from support.wait import wait_until

SPIN = "while True: pass"
LONG = {"wall_ms": 120_000, "tasks": 80}


@pytest.fixture
def folder():
    """A state folder that outlives a killed server."""
    folder = StateFolder()
    yield folder
    folder.close()


def start_trees(client, marker):
    """A deaf tree, a spinner and a daemon; returns their processes on the host."""
    client.start("python", payload("process_tree.py"), args=["20", marker], limits=LONG)
    client.start("python", SPIN, args=[marker], limits=LONG)
    code = payload("daemon.c").replace("return 0;", "for (;;) pause();")
    client.start("c", code, args=[marker], limits=LONG)
    return procs.wait_for_sandboxed(marker, 23)


def wait_for_death(processes, marker, seconds=10.0):
    identities = {process.identity for process in processes}
    wait_until(lambda: not procs.alive(identities), "the death of every program", seconds)
    procs.assert_dead(processes, marker)


def works(server):
    """Whether the server is ready and runs things."""
    client = server.client(timeout=5.0)
    try:
        if client.get("/readyz").status != 200:
            return False
        return client.run("bash", "echo alive")["stdout"] == "alive\n"
    except (OSError, AssertionError, ValueError):
        return False


def assert_works(server):
    """A server that has printed its ready link is ready, and says what is wrong if it is not."""
    client = server.client()
    ready = client.get("/readyz")
    assert ready.status == 200, (ready, client.get("/v1/capabilities").json()["layers"])
    assert client.run("bash", "echo alive")["stdout"] == "alive\n"


def free_address():
    """An address that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_http_killed(own_server, marker):
    """Its runs die, it comes back on the same address, and works."""
    server = own_server(listen=[free_address()])
    client = server.client()
    stream = client.stream("python", SPIN, args=[marker], limits=LONG)
    run_id = stream.run_id
    processes = start_trees(client, marker)
    old = server.http_pid()
    server.kill(old)
    wait_for_death(processes, marker)
    wait_until(lambda: server.http_pid() not in (None, old), "a new http process")
    wait_until(lambda: works(server), "a working server", 20)
    answer = client.get(f"/v1/runs/{run_id}")
    assert answer.status == 404 or answer.json()["cause"] == "server_lost", answer
    assert client.runs(state="running")["runs"] == []
    server.stop()


def test_http_killed_again_and_again(own_server, marker):
    server = own_server(listen=[free_address()])
    for _ in range(3):
        client = server.client()
        client.start("python", SPIN, args=[marker], limits=LONG)
        processes = procs.wait_for_sandboxed(marker)
        server.kill(server.http_pid())
        wait_for_death(processes, marker)
        wait_until(lambda: works(server), "a working server", 20)
    server.stop()


def test_spawner_killed(folder, marker):
    """Everything ends: http, the slots, the programs. The next server removes what is left."""
    with Server(folder=folder) as server:
        processes = start_trees(server.client(), marker)
        tree = server.tree()
        server.kill()
        server.wait()
        wait_for_death(processes, marker)
        wait_until(
            lambda: not procs.alive({p.identity for p in tree}), "the end of all its processes"
        )
        instance = server.instance
    assert_clean_after_restart(folder, instance)


def test_what_the_spawner_took_along_did_not_end_by_itself(folder):
    """Neither as a program that was killed nor as a compiler that failed: it was lost."""
    programs = [("bash", "while :; do :; done"), ("python", SPIN), ("cpp", payload("slow_compile.cpp"))]
    with Server(folder=folder) as server:
        client = server.client()
        runs = [client.start(language, code, limits=LONG) for language, code in programs]
        wait_until(
            lambda: all(client.show(run)["state"] == "running" for run in runs), "the runs to begin"
        )
        server.kill()
        server.wait()
    with Server(folder=folder) as server:
        told = [server.client().show(run) for run in runs]
        server.stop()
    assert [run["cause"] for run in told] == ["server_lost"] * 3, told
    assert [run["status"] for run in told] == ["server_lost"] * 3, told


def test_both_killed(folder, marker):
    with Server(folder=folder) as server:
        processes = start_trees(server.client(), marker)
        tree = server.tree()
        server.kill(server.http_pid(), server.spawner_pid)
        server.wait()
        wait_for_death(processes, marker)
        wait_until(
            lambda: not procs.alive({p.identity for p in tree}), "the end of all its processes"
        )
        instance = server.instance
    assert_clean_after_restart(folder, instance)


def test_killed_while_draining(folder, marker):
    with Server(folder=folder, config={"drain_ms": 60000}) as server:
        processes = start_trees(server.client(), marker)
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: server.client().get("/readyz").status == 503, "not ready")
        server.kill()
        server.wait()
        wait_for_death(processes, marker)
        instance = server.instance
    assert_clean_after_restart(folder, instance)


def test_killed_while_starting(folder):
    """Several times, each a little later in its start; the next one always starts."""
    for polls in (0, 3, 10, 30):
        server = Server(folder=folder).launch()
        for _ in range(polls):
            server.tree()
        server.kill()
        server.wait()
    with Server(folder=folder) as server:
        assert_works(server)
        server.stop()


def test_immediate_restart_waits_for_the_remains(folder, marker):
    """No pause between the kill and the new start."""
    with Server(folder=folder) as first:
        processes = start_trees(first.client(), marker)
        first.kill()
        first.wait()
        with Server(folder=folder) as second:
            procs.assert_dead(processes, marker)
            assert_works(second)
            second.stop()


def assert_clean_after_restart(folder, instance):
    """A new server on the same folder: none of the old leaves is there; after its end, nothing."""
    old = set(leaks.cgroup_folders(instance))
    with Server(folder=folder) as server:
        assert_works(server)
        assert server.instance == instance, "the instance is the state folder"
        members = leaks.cgroup_members(instance)
        tree = {process.pid for process in server.tree()}
        assert members <= tree, "a process of the dead server is still in a cgroup"
        server.stop()
    assert leaks.cgroup_folders(instance) == [], old


def test_init_of_a_slot_killed(own_server, marker):
    """From outside, as the kernel's OOM killer might: the run ends truthfully, the server lives."""
    server = own_server()
    client = server.client()
    run_id = client.start("python", SPIN, args=[marker], limits=LONG)
    process = procs.wait_for_sandboxed(marker)[0]
    init = procs.look_up(process.parent)
    assert init.status()["NSpid"].split()[-1] == "1"
    server.kill(init.pid)
    wait_for_death([process], marker)
    run = client.finished(run_id)
    assert run["status"] != "succeeded" and run["cause"] != "stop", run
    timing = run["timing"]
    assert sum(filter(None, timing["stages"].values())) <= timing["total_ms"], timing
    assert works(server)
    server.stop()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thirty_kills_at_random_moments_under_load(seed):
    """Ten of them each: of http, of the spawner, of both in turn."""
    causes = crashes.play(10, seed=seed)
    print(causes)
    assert causes["server_lost"] >= 5, causes
