"""A client that goes away ends its run: by FIN, by RST, with each kind of answer."""

import time

import pytest

from support import procs
from support.client import JSON, read_response
from support.languages import payload
from support.stream import NDJSON, SSE, close_fin, close_rst
from support.wait import elapsed_ms, wait_until

SPIN = "while True: pass"
ENDS = {"fin": close_fin, "rst": close_rst}
KINDS = {"json": JSON, "sse": SSE, "ndjson": NDJSON}

every_end = pytest.mark.parametrize("end", ["fin", "rst"])


def newest_finished(client, before):
    """Waits for the run that started after `before`, and for its end."""
    run_id = wait_until(
        lambda: (found := client.newest_id()) != before and found, "the run in the list"
    )
    return client.finished(run_id)


def assert_gone(client, processes, marker, run):
    assert (run["status"], run["cause"]) == ("cancelled", "client_disconnected"), run
    assert run["stop"]["cause"] == "client_disconnected" and run["stop"]["empty"] is True
    assert run["stop"]["processes_killed"] >= 1
    procs.assert_dead(processes, marker)


@every_end
@pytest.mark.parametrize("kind", ["json", "sse", "ndjson"])
def test_silent_loop_whose_client_vanishes(client, marker, kind, end):
    before = client.newest_id()
    sock = client.send_run(
        "python", SPIN, accept=KINDS[kind], args=[marker], limits={"wall_ms": 60000}
    )
    processes = procs.wait_for_sandboxed(marker)
    start = time.monotonic()
    ENDS[end](sock)
    wait_until(lambda: not procs.sandboxed_with(marker), "the end of the program", 5)
    assert elapsed_ms(start) < 3000
    assert_gone(client, processes, marker, newest_finished(client, before))


def test_half_close_counts_as_gone(client, marker):
    before = client.newest_id()
    sock = client.send_run("python", SPIN, args=[marker], limits={"wall_ms": 60000})
    processes = procs.wait_for_sandboxed(marker)
    sock.shutdown(1)
    assert_gone(client, processes, marker, newest_finished(client, before))
    sock.close()


def test_pipelined_bytes_do_not_hide_a_fin(client, marker):
    """More requests behind the first, then FIN: the first one's client has gone all the same."""
    before = client.newest_id()
    sock = client.send_run("python", SPIN, args=[marker], limits={"wall_ms": 60000})
    processes = procs.wait_for_sandboxed(marker)
    sock.sendall(client.encode("GET", "/healthz") * 10)
    assert procs.alive({process.identity for process in processes}), "pipelining is no abort"
    close_fin(sock)
    assert_gone(client, processes, marker, newest_finished(client, before))


def test_pipelined_bytes_are_no_abort(client):
    body = {"language": "python", "code": "import time\ntime.sleep(0.3)\nprint('lived')"}
    with client.connect() as sock:
        sock.sendall(client.encode("POST", "/v1/runs", body, {"Connection": "keep-alive"}))
        sock.sendall(client.encode("GET", "/healthz"))
        assert read_response(sock).json()["stdout"] == "lived\n"


def test_client_that_vanishes_while_compiling(client, marker):
    before = client.newest_id()
    sock = client.send_run("cpp", payload("slow_compile.cpp"))
    run_id = wait_until(lambda: (found := client.newest_id()) != before and found, "the run")
    wait_until(lambda: client.show(run_id)["phase"] == "compile", "the compile step")
    close_rst(sock)
    run = client.finished(run_id)
    assert (run["cause"], run["phase"]) == ("client_disconnected", "compile"), run


@every_end
def test_detached_run_goes_on_without_its_client(client, end):
    """The program would be dead when the line is fed to it; instead it answers."""
    stream = client.stream("bash", "read line; echo got $line", on_disconnect="detach")
    stream.wait_for("started")
    run_id = stream.run_id
    stream.close_fin() if end == "fin" else stream.close_rst()
    with client.follow(run_id) as again:
        again.wait_for("started")
        assert client.send_stdin(run_id, b"late\n").status == 204
        assert again.finish()["cause"] == "exit"
        assert again.text() == "got late\n"


def test_async_run_is_detached_by_default(client):
    run_id = client.start("bash", "read line; echo got $line")
    client.follow(run_id).close_rst()
    client.send_stdin(run_id, b"late\n")
    assert client.finished(run_id)["stdout"] == "got late\n"


def test_async_run_honours_an_explicit_stop(client, marker):
    """Nobody attached yet: it runs. The last reader leaves: it ends."""
    run_id = client.start(
        "python", SPIN, on_disconnect="stop", args=[marker], limits={"wall_ms": 60000}
    )
    processes = procs.wait_for_sandboxed(marker)
    first, second = client.follow(run_id), client.follow(run_id)
    first.wait_for("started")
    second.wait_for("started")
    first.close_fin()
    second_reader_sees_it_running(client, run_id)
    second.close_rst()
    assert_gone(client, processes, marker, client.finished(run_id))


def second_reader_sees_it_running(client, run_id):
    assert client.show(run_id, wait_ms=300)["state"] == "running"


def test_grace_after_the_last_reader(client, marker):
    """It lives on for the grace, then ends."""
    stream = client.stream(
        "python", SPIN, args=[marker], disconnect_grace_ms=600, limits={"wall_ms": 60000}
    )
    processes = procs.wait_for_sandboxed(marker)
    run_id = stream.run_id
    stream.close_fin()
    start = time.monotonic()
    run = client.finished(run_id)
    assert elapsed_ms(start) > 400, "the grace was not granted"
    assert_gone(client, processes, marker, run)


def test_attaching_again_in_time_cancels_the_countdown(client):
    code = "import time\nfor i in range(1000):\n    print(i)\n    time.sleep(0.05)"
    stream = client.stream("python", code, disconnect_grace_ms=1000, limits={"wall_ms": 60000})
    stream.wait_for_text("0\n")
    run_id, last = stream.run_id, stream.events[-1].seq
    stream.close_rst()
    with client.follow(run_id, last_event_id=last) as again:
        again.wait_for_text("\n50\n", seconds=20)  # printed 2.5 s after the start, grace is 1 s
    assert client.finished(run_id)["cause"] == "client_disconnected"


def test_poller_is_not_an_attached_reader(client, marker):
    """GET with wait_ms neither keeps a run alive nor ends it by leaving."""
    run_id = client.start("bash", "read line; echo got $line", on_disconnect="stop")
    sock = client.connect()
    sock.sendall(client.encode("GET", f"/v1/runs/{run_id}?wait_ms=20000"))
    close_rst(sock)
    assert client.send_stdin(run_id, b"late\n").status == 204
    assert client.finished(run_id)["stdout"] == "got late\n"


def test_disconnects_are_counted_as_499(client, marker):
    sock = client.send_run("python", SPIN, args=[marker], limits={"wall_ms": 60000})
    procs.wait_for_sandboxed(marker)
    close_rst(sock)
    wait_until(lambda: "499" in client.get("/metrics").text, "a 499 in the metrics")


def test_many_vanishing_clients_leave_nothing(client, marker):
    sockets = [
        client.send_run("python", SPIN, args=[marker], limits={"wall_ms": 60000}) for _ in range(6)
    ]
    processes = procs.wait_for_sandboxed(marker, 6)
    for number, sock in enumerate(sockets):
        ENDS["fin" if number % 2 else "rst"](sock)
    for run in client.runs(limit=6)["runs"]:
        assert client.finished(run["id"])["cause"] == "client_disconnected"
    procs.assert_dead(processes, marker)
