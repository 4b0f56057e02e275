"""Trees, daemons, bombs and servers: whatever a program made is dead after its end."""

import time

import pytest

from support import procs
from support.languages import payload
from support.wait import elapsed_ms

SMALL = {"tasks": 32, "wall_ms": 20000}


def test_tree_of_64_processes(client, marker):
    code = payload("process_tree.py")
    with client.stream("python", code, args=["64", marker], limits={"tasks": 80}) as stream:
        stream.wait_for_text("tree stands\n")
        processes = procs.wait_for_sandboxed(marker, 64)
        answer = client.stop(stream.run_id)
        procs.assert_dead(processes, marker)
        assert answer["proof"]["processes_killed"] == 64
        assert answer["proof"]["empty_us"] < 2_000_000
        assert stream.finish()["usage"]["peak_tasks"] == 64


def test_daemon_is_dead_after_the_end_of_its_leader(client, marker):
    """Double fork, setsid, everything closed: alive when the leader printed, dead in the answer."""
    start = time.monotonic()
    run = client.run("c", payload("daemon.c"), args=[marker], limits={"wall_ms": 30000})
    procs.assert_dead([], marker)
    assert (run["status"], run["cause"], run["exit_code"]) == ("succeeded", "exit", 0), run
    assert run["stdout"] == "daemon lives\n" and elapsed_ms(start) < 20000


def test_daemon_is_dead_after_a_stop(client, marker):
    code = payload("daemon.c").replace("return 0;", "for (;;) pause();")
    with client.stream("c", code, args=[marker]) as stream:
        stream.wait_for_text("daemon lives\n")
        processes = procs.wait_for_sandboxed(marker, 2)
        answer = client.stop(stream.run_id)
        procs.assert_dead(processes, marker)
        assert answer["proof"]["processes_killed"] == 2


def test_daemon_that_keeps_stdout_open_does_not_delay_the_end(client, marker):
    run = client.run("c", payload("stdout_holder.c"), args=[marker], limits={"wall_ms": 30000})
    procs.assert_dead([], marker)
    assert (run["cause"], run["stdout"]) == ("exit", "leader ends\n"), run
    assert run["timing"]["run_ms"] < 5000


def test_background_job_of_a_shell_is_dead_after_the_end(client, marker):
    code = f"sleep 1000 & disown; (exec -a {marker} sleep 1000) & sleep 0.2; echo over"
    run = client.run("bash", code)
    assert run["stdout"] == "over\n" and run["cause"] == "exit"
    procs.assert_dead([], marker)


def test_listening_web_server_is_stopped(client, marker):
    with client.stream("python", payload("web_server.py"), args=[marker]) as stream:
        stream.wait_for_text("answered 200\n")
        processes = procs.wait_for_sandboxed(marker)
        answer = client.stop(stream.run_id)
        procs.assert_dead(processes, marker)
        assert answer["proof"]["empty"] is True
    with client.stream("python", payload("web_server.py")) as stream:
        stream.wait_for_text("answered 200\n")  # the port is free: it was never the host's


def test_fork_bomb_is_stopped(client, marker):
    with client.stream("c", payload("fork_bomb.c"), args=[marker], limits=SMALL) as stream:
        stream.wait_for_text("forking\n")
        processes = procs.wait_for_sandboxed(marker, 30)
        assert len(processes) <= 32
        answer = client.stop(stream.run_id)
        procs.assert_dead(processes, marker)
        assert answer["stopped"] is True and answer["proof"]["empty_us"] < 2_000_000
        assert 1 <= answer["proof"]["processes_killed"] <= 32
        assert stream.finish()["usage"]["tasks_refused"] > 0


def test_fork_bomb_ends_at_its_wall_limit(client, marker):
    run = client.run(
        "c", payload("fork_bomb.c"), args=[marker], limits={"tasks": 32, "wall_ms": 500}
    )
    procs.assert_dead([], marker)
    assert (run["status"], run["cause"]) == ("timed_out", "wall_limit")
    assert run["usage"]["peak_tasks"] <= 32 and run["timing"]["run_ms"] < 5000


def test_server_answers_during_a_fork_bomb(client):
    with client.stream("c", payload("fork_bomb.c"), limits=SMALL) as stream:
        stream.wait_for_text("forking\n")
        start = time.monotonic()
        assert client.get("/healthz").status == 200
        assert elapsed_ms(start) < 2000
        assert client.run("bash", "echo canary")["stdout"] == "canary\n"


def test_wall_limit_kills_the_tree(client, marker):
    """The side effect would come after the limit: the children would live for minutes."""
    code = payload("process_tree.py")
    run = client.run("python", code, args=["20", marker], limits={"wall_ms": 1500})
    procs.assert_dead([], marker)
    assert (run["cause"], run["stdout"]) == ("wall_limit", "tree stands\n"), run
    assert run["stop"]["processes_killed"] == 20 and run["stop"]["empty"] is True


@pytest.mark.parametrize("target", ["-1", "1", "parent"])
def test_program_that_kills_everything_it_can_see(client, target):
    """Its own set at most: the server, and a run beside it, live on."""
    with client.stream("bash", "read line; echo lived") as neighbour:
        neighbour.wait_for("started")
        run = client.run("python", payload("kill_others.py"), args=[target])
        assert run["cause"] == "exit", run
        client.send_stdin(neighbour.run_id, b"\n")
        neighbour.finish()
        assert neighbour.text() == "lived\n"


def test_no_signal_reaches_the_host(client):
    """Every pid of the host is tried; all of them are somebody else's or nobody's."""
    code = (
        "import os, signal\nown = {1, os.getpid()}\nreached = []\n"
        "for pid in set(range(2, 32768)) - own:\n"
        "    try: os.kill(pid, 0); reached.append(pid)\n"
        "    except OSError: pass\n"
        "print(reached)"
    )
    assert client.run("python", code)["stdout"] == "[]\n"
