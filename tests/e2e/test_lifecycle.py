"""Start, drain, end. After each, nothing is left."""

import os
import signal
import time

import pytest

from support import leaks, procs
from support.client import read_response
from support.server import Server, StateFolder
from support.wait import elapsed_ms, wait_until

SPIN = "while True: pass"


def test_ready_link_is_printed_once(own_server):
    server = own_server()
    assert server.ready_line.count("/#token=") == 1
    client = server.client()
    assert client.get("/readyz").status == 200
    assert client.run("bash", "echo x")["stdout"] == "x\n"
    assert server.token not in server.folder.log.read_text()
    server.stop()


def test_given_token_is_in_the_link(own_server):
    assert (
        own_server(env={"LEASH_TOKEN": "my-own-token-1234567890"}).token
        == "my-own-token-1234567890"
    )


ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_quiet_server_ends_at_once(own_server, number):
    server = own_server()
    start = time.monotonic()
    server.send_signal(number)
    assert server.wait() == 0 and elapsed_ms(start) < 8000
    server.assert_nothing_left()


@pytest.mark.parametrize("number", ENDING[1:], ids=lambda number: number.name)
def test_what_a_terminal_sends_to_all_its_processes_ends_it_in_order(own_server, number):
    server = own_server(config={"drain_ms": 300})
    stream = server.client().stream("python", SPIN)
    stream.wait_for("started")
    server.tree()
    os.killpg(server.spawner_pid, number)
    assert stream.finish()["cause"] == "shutdown"
    assert server.wait() == 0 and "died" not in server.log_text()
    server.assert_nothing_left()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGQUIT], ids=lambda number: number.name)
def test_a_signal_that_its_parent_has_ignored_does_not_end_it(own_server, number):
    """As under nohup."""
    server = own_server(prefix=("sh", "-c", 'trap "" HUP QUIT; exec "$0" "$@"'))
    os.killpg(server.spawner_pid, number)
    os.kill(server.http_pid(), number)
    assert server.client().run("bash", "echo x")["stdout"] == "x\n"
    server.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_while_it_starts_it_leaves_nothing(number):
    """Several times, each a little later, from when there is something to take away."""
    for polls in range(0, 24, 2):
        folder = StateFolder()
        name = leaks.Instance.of_state(folder.path).name
        server = Server(folder=folder).launch()
        wait_until(lambda name=name: leaks.cgroup_folders(name), "its cgroups")
        for _ in range(polls):
            server.tree()
        server.send_signal(number)
        assert server.wait() == 0, server.log_text()
        server.assert_nothing_left()
        assert "died" not in server.log_text()
        folder.close()


def test_drain(own_server, marker):
    """Not ready, refuses new runs, gives live ones their time, then ends them."""
    server = own_server(config={"drain_ms": 1500})
    client = server.client()
    stream = client.stream("python", SPIN, args=[marker], limits={"wall_ms": 60000})
    processes = procs.wait_for_sandboxed(marker)
    start = time.monotonic()
    server.send_signal(signal.SIGTERM)
    wait_until(lambda: client.get("/readyz").status == 503, "not ready")
    assert client.get("/healthz").status == 200
    assert "leash: shutting down: 1 run has up to 1.5 s to end" in server.log_text()
    answer = client.post("/v1/runs", {"language": "bash", "code": "echo x"})
    assert answer.status == 503 and answer.json()["code"] == "unavailable", answer
    assert procs.alive({process.identity for process in processes}), "not given its time"
    finished = stream.finish()
    assert (finished["status"], finished["cause"]) == ("cancelled", "shutdown")
    assert server.wait() == 0
    assert 1400 < elapsed_ms(start) < 12000
    procs.assert_dead(processes, marker)
    server.assert_nothing_left()


def test_run_that_ends_within_the_drain_ends_by_itself(own_server):
    server = own_server(config={"drain_ms": 20000})
    client = server.client()
    with client.stream("bash", "read line; echo got $line") as stream:
        stream.wait_for("started")
        start = time.monotonic()
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: client.get("/readyz").status == 503, "not ready")
        assert client.send_stdin(stream.run_id, b"it\n").status == 204
        finished = stream.finish()
        assert (finished["cause"], stream.text()) == ("exit", "got it\n")
    assert server.wait() == 0 and elapsed_ms(start) < 10000, "the rest of the drain was waited for"
    server.assert_nothing_left()


def test_stop_is_answered_while_draining(own_server):
    server = own_server(config={"drain_ms": 20000})
    client = server.client()
    run_id = client.start("python", SPIN)
    server.send_signal(signal.SIGTERM)
    wait_until(lambda: client.get("/readyz").status == 503, "not ready")
    assert client.stop(run_id)["stopped"] is True
    assert server.wait(10) == 0
    server.assert_nothing_left()


def test_second_sigterm_ends_at_once(own_server, marker):
    server = own_server(config={"drain_ms": 60000})
    client = server.client()
    stream = client.stream("python", SPIN, args=[marker], limits={"wall_ms": 120000})
    procs.wait_for_sandboxed(marker)
    server.send_signal(signal.SIGTERM)
    wait_until(lambda: client.get("/readyz").status == 503, "not ready")
    start = time.monotonic()
    server.send_signal(signal.SIGTERM)
    assert stream.finish()["cause"] == "shutdown"
    assert server.wait() == 0 and elapsed_ms(start) < 8000
    server.assert_nothing_left()


def test_queued_runs_end_too(own_server):
    server = own_server("--max-running", "1", config={"drain_ms": 500})
    client = server.client()
    client.start("python", SPIN)
    queued = client.stream("bash", "echo never")
    queued.next()
    server.send_signal(signal.SIGTERM)
    finished = queued.finish()
    assert (finished["cause"], finished["phase"]) == ("shutdown", "queue")
    assert server.wait() == 0
    server.assert_nothing_left()


def test_json_callers_get_their_answer_at_shutdown(own_server):
    server = own_server(config={"drain_ms": 300})
    client = server.client()
    sock = client.send_run("python", "print('up')\nwhile True: pass", limits={"wall_ms": 60000})
    wait_until(lambda: client.runs(state="running")["runs"], "the run")
    server.send_signal(signal.SIGTERM)
    run = read_response(sock).json()
    sock.close()
    assert (run["cause"], run["state"]) == ("shutdown", "finished")
    assert server.wait() == 0


def test_port_is_free_again(own_server):
    first = own_server()
    port = first.port
    first.stop()
    again = Server(listen=[f"127.0.0.1:{port}"])
    try:
        again.start()
        assert again.port == port
        again.stop()
    finally:
        again.close()


def test_port_in_use_is_said_so(server):
    other = Server(listen=[f"127.0.0.1:{server.port}"]).launch()
    assert other.wait(20) != 0
    assert str(server.port) in other.log_text(), other.log_text()
    other.close()


def test_two_servers_side_by_side(own_server, marker):
    """Different folders: different instances and users; the end of one does not touch the other."""
    one, two = own_server(config={"drain_ms": 300}), own_server()
    assert one.instance != two.instance
    first, second = one.client(), two.client()
    run_one = first.start("python", SPIN, args=[marker + "-one"])
    with second.stream("bash", "read line; echo lived", args=[marker + "-two"]) as stream:
        in_one = procs.wait_for_sandboxed(marker + "-one")
        in_two = procs.wait_for_sandboxed(marker + "-two")
        uids_one = {process.status()["Uid"].split()[0] for process in in_one}
        uids_two = {process.status()["Uid"].split()[0] for process in in_two}
        assert not uids_one & uids_two
        assert second.get(f"/v1/runs/{run_one}").status in (401, 404)
        one.stop()
        procs.assert_dead(in_one, marker + "-one")
        second.send_stdin(stream.run_id, b"\n")
        stream.finish()
        assert stream.text() == "lived\n"
    two.stop()


def test_same_folder_is_refused_while_the_first_lives(own_server, folder):
    """The second waits about 5 s for the first one's remains, then says why; the first works on."""
    first = own_server(folder=folder)
    log = folder.log.read_text()
    second = Server(folder=folder)
    start = time.monotonic()
    second.launch()
    assert second.wait(20) != 0
    assert 3000 < elapsed_ms(start) < 15000
    text = folder.log.read_text()[len(log) :]
    assert "state directory" in text and "server" in text, text
    assert first.client().run("bash", "echo x")["stdout"] == "x\n"
    first.stop()


def test_same_folder_is_taken_over_when_the_first_ends_in_time(own_server, folder):
    first = own_server(folder=folder)
    second = Server(folder=folder).launch()
    try:
        wait_until(lambda: procs.look_up(second.spawner_pid), "the second server's process")
        first.send_signal(signal.SIGTERM)
        assert first.wait() == 0
        second.wait_ready()
        assert second.client().run("bash", "echo x")["stdout"] == "x\n"
        second.stop()
    finally:
        second.close()


def test_many_restarts_leave_nothing(folder):
    for _ in range(4):
        with Server(folder=folder) as server:
            assert server.client().run("bash", "echo x")["stdout"] == "x\n"
            server.stop()


def test_slots_do_not_pile_up(server, client):
    """After many runs: as many processes and cgroups as before."""

    def census():
        return len(server.tree()), len(leaks.cgroup_folders(server.instance))

    client.run("bash", "exit")
    before = wait_for_rest(census)
    for _ in range(30):
        client.run("bash", "sleep 100 & exit")
    after = wait_for_rest(census)
    assert after[0] <= before[0] + 2 and after[1] <= before[1] + 10, (before, after)


def wait_for_rest(census):
    """The census once it is the same several times in a row: replacement slots are made in the
    background."""
    history = []

    def settled():
        history.append(census())
        return len(history) >= 20 and len(set(history[-20:])) == 1

    wait_until(settled, "a settled number of slots", 20)
    return history[-1]


def test_stopped_server_catches_up(own_server, marker):
    """SIGSTOP of http for a while: the limit still ends the program, by the backstop or after."""
    server = own_server()
    client = server.client()
    run_id = client.start("python", SPIN, args=[marker], limits={"wall_ms": 1000})
    processes = procs.wait_for_sandboxed(marker)
    os.kill(server.http_pid(), signal.SIGSTOP)
    try:
        wait_until(
            lambda: not procs.alive({p.identity for p in processes}), "the spawner's backstop", 30
        )
    finally:
        os.kill(server.http_pid(), signal.SIGCONT)
    assert client.finished(run_id)["cause"] == "wall_limit"
