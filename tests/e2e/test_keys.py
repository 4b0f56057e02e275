"""Keys: one run at a time for each, the newest; and runs that nobody wants any more."""

import threading

import pytest

from support import procs
from support.problems import check_problem
from support.stream import close_rst
from support.wait import wait_until

SPIN = "print('up', flush=True)\nwhile True: pass"
DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SPIN


def test_r9_a_key_in_use_is_replaced(client, marker):
    with client.stream("python", DEAF, key="tab", args=[marker]) as first:
        first.wait_for_text("up\n")
        processes = procs.wait_for_sandboxed(marker)
        newer = client.start("bash", "read line; echo got $line", key="tab")
        finished = first.finish()
        assert (finished["status"], finished["cause"]) == ("cancelled", "replaced")
        assert finished["stop"]["empty"] is True
        procs.assert_dead(processes, marker)
    client.send_stdin(newer, b"it\n")
    assert client.finished(newer)["stdout"] == "got it\n"


def test_r10_the_end_of_the_older_run_leaves_the_newer_its_key(client):
    """The older one is still being ended when the newer one has its key already."""
    for _ in range(10):
        older = client.start("python", DEAF, key="tab")
        newer = client.start("bash", "read line", key="tab")
        assert client.finished(older)["cause"] == "replaced"
        answer = client.stop_key("tab")
        assert answer.status == 200 and answer.json()["id"] == newer
        assert answer.json()["stopped"] is True and client.stop_key("tab").status == 404


def test_r11_many_at_once_for_one_key_leave_one(client, marker):
    """Starts and stops of one key from eight threads: one cause a run, one holder, none lost."""
    ids, stopped = [], []

    def work():
        for _ in range(5):
            body = {"language": "bash", "code": "read line", "key": "hot", "args": [marker]}
            answer = client.post("/v1/runs?async=true", body)
            assert answer.status in (202, 429), answer
            if answer.status == 202:
                ids.append(answer.json()["id"])
            answer = client.stop_key("hot")
            if answer.status == 200 and answer.json()["stopped"]:
                stopped.append(answer.json()["id"])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    client.stop_key("hot")
    causes = {run_id: client.finished(run_id)["cause"] for run_id in ids}
    assert len(ids) == 40 and set(causes.values()) <= {"stop", "replaced"}, causes
    assert all(causes[run_id] == "stop" for run_id in stopped)
    assert client.stop_key("hot").status == 404
    wait_until(lambda: not procs.sandboxed_with(marker), "nobody of them left")


def test_r12_everything_is_given_back_on_every_way_out(own_server):
    """Success, failure, stop, replacement: places and keys are free again."""
    client = own_server("--max-running", "1", "--max-queued", "1").client()
    for _ in range(5):
        assert client.run("bash", "exit 3", key="tab")["status"] == "failed"
        assert client.run("c", "no", key="tab")["status"] == "compile_failed"
        older = client.start("python", SPIN, key="tab")
        newer = client.start("python", SPIN, key="tab")
        assert client.finished(older)["cause"] == "replaced"
        assert client.stop(newer)["stopped"] is True
        assert client.stop_key("tab").status == 404
    figures = client.get("/metrics").text
    assert "leash_runs_running 0" in figures and "leash_runs_queued 0" in figures


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "ä", "a/b", "a\n", "../x"])
def test_r18_keys_are_validated(client, key, problem_codes):
    newest = client.newest_id()
    answer = client.post("/v1/runs", {"language": "bash", "code": "", "key": key})
    assert check_problem(answer, 422, problem_codes)["field"] == "key"
    assert client.newest_id() == newest


def test_r24_cancelled_at_every_point_before_the_program(client, marker):
    """Stopped in line, while its sandbox is set up, while it compiles: it never runs."""
    code = "#include <stdio.h>\nint main(void) { puts(\"ran\"); for (;;); }"
    for delay in range(6):
        run_id = client.start("c", code, args=[marker])
        for _ in range(delay * 3):
            client.get("/healthz")  # lets the start come a little further
        answer = client.stop(run_id)
        run = client.finished(run_id)
        assert (answer["stopped"], run["cause"]) == (True, "stop")
        assert run["stop"]["empty"] is True
    procs.assert_dead([], marker)


def test_grace_outlives_a_reader_that_comes_back(client):
    """`disconnect_grace_ms`: attached again in time it goes on, and its end is counted anew."""
    stream = client.stream("bash", "read line; echo got $line", disconnect_grace_ms=5000)
    stream.wait_for("started")
    run_id = stream.run_id
    stream.close_rst()
    with client.follow(run_id) as again:
        again.wait_for("started")
        client.send_stdin(run_id, b"it\n")
        assert again.finish()["cause"] == "exit" and again.text() == "got it\n"


def test_r21_abandoned_runs_expire(own_server, marker):
    """A run that ends with its last reader, and to which none ever came."""
    server = own_server(config={"abandoned_ms": 300, "retain_time_ms": 3000})
    client = server.client()
    run_id = client.start("python", SPIN, args=[marker], on_disconnect="stop")
    processes = procs.wait_for_sandboxed(marker)
    detached = client.start("bash", "read line")
    read = client.start("bash", "read line", on_disconnect="stop")
    with client.follow(read) as reader:
        reader.wait_for("started")
        run = client.finished(run_id)
        assert (run["status"], run["cause"]) == ("cancelled", "expired")
        procs.assert_dead(processes, marker)
        assert client.show(detached)["state"] == client.show(read)["state"] == "running"
        wait_until(lambda: client.get(f"/v1/runs/{run_id}").status == 404, "it is forgotten")
        assert client.show(read)["state"] == "running"


def test_r27_sessions_are_isolated(client):
    """Several at once: each has its own output, and a stop of one is nothing to the others."""
    ids = [client.start("bash", f"read line; echo {i} $line", key=f"k{i}") for i in range(4)]
    assert client.stop_key("k1").json()["stopped"] is True
    for i in (0, 2, 3):
        client.send_stdin(ids[i], b"in\n")
    texts = [client.finished(run_id)["stdout"] for run_id in ids]
    assert texts == ["0 in\n", "", "2 in\n", "3 in\n"]


def test_client_that_vanishes_behind_a_replacement(client, marker):
    """The older run's client leaves: that is nothing to the newer one."""
    first = client.send_run("python", SPIN, key="tab", args=[marker])
    processes = procs.wait_for_sandboxed(marker)
    newer = client.start("bash", "read line; echo $line", key="tab")
    close_rst(first)
    identities = {process.identity for process in processes}
    wait_until(lambda: not procs.alive(identities), "the end of the older run")
    client.send_stdin(newer, b"alive\n")
    assert client.finished(newer)["stdout"] == "alive\n"

