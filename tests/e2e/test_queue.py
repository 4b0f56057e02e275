"""Admission: the queue, its bounds, and runs that end while they wait."""

import itertools
import threading
import time

import pytest

from support import procs
from support.server import Server
from support.stream import close_rst
from support.wait import elapsed_ms, wait_until

WAIT = "read line; echo got $line"


@pytest.fixture(scope="module")
def narrow():
    """One run at a time, two may wait."""
    with Server("--max-running", "1", "--max-queued", "2") as server:
        yield server


@pytest.fixture
def client(narrow):
    client = narrow.client()
    yield client
    client.stop_everything()


@pytest.fixture
def holder(client):
    """A run that holds the only place until it is fed a line."""
    run_id = client.start("bash", WAIT)
    with client.follow(run_id) as stream:
        stream.wait_for("started")
    return run_id


def test_queued_run_starts_when_the_place_is_free(client, holder):
    with client.stream("bash", "echo second") as waiting:
        queued = waiting.next()
        assert queued.type == "queued" and queued.data["position"] == 1
        run = client.show(waiting.run_id)
        assert (run["state"], run["phase"]) == ("queued", "queue")
        client.send_stdin(holder, b"x\n")
        finished = waiting.finish()
        assert waiting.text() == "second\n"
        assert finished["timing"]["queued_ms"] > 0


def test_runs_start_in_order(client, holder):
    first, second = client.start("bash", "echo 1"), client.start("bash", "echo 2")
    client.send_stdin(holder, b"x\n")
    one, two = client.finished(first), client.finished(second)
    assert one["finished_at"] <= two["finished_at"]
    assert [run["id"] for run in client.runs(limit=3)["runs"]] == [second, first, holder]


def test_stop_while_queued_never_executes(client, holder, marker):
    run_id = client.start("python", "while True: pass", args=[marker])
    answer = client.stop(run_id)
    assert (answer["stopped"], answer["cause"], answer["status"]) == (True, "stop", "cancelled")
    assert answer["proof"]["empty"] is True and answer["proof"]["processes_killed"] == 0
    run = client.show(run_id)
    assert (run["state"], run["phase"], run["exit_code"]) == ("finished", "queue", None)
    assert client.follow(run_id).rest()[0].type == "queued"
    types = [event.type for event in client.follow(run_id).rest()]
    assert "started" not in types and types[-1] == "finished"
    client.send_stdin(holder, b"x\n")  # its place becomes free: the stopped run must not take it
    client.finished(holder)
    assert client.run("bash", "echo next")["stdout"] == "next\n"
    procs.assert_dead([], marker)


def test_delete_while_queued(client, holder):
    run_id = client.start("bash", "echo x")
    assert client.delete(f"/v1/runs/{run_id}").status == 204
    assert client.get(f"/v1/runs/{run_id}").status == 404


def test_client_that_vanishes_while_queued(client, holder):
    sock = client.send_run("bash", "echo never")
    run_id = wait_until(
        lambda: client.newest_id() != holder and client.newest_id(), "the queued run"
    )
    close_rst(sock)
    run = client.finished(run_id)
    assert (run["cause"], run["phase"], run["stdout"]) == ("client_disconnected", "queue", "")


def test_replaced_while_queued(client, holder):
    first = client.start("bash", "echo 1", key="tab")
    second = client.start("bash", "echo 2", key="tab")
    run = client.finished(first)
    assert (run["cause"], run["phase"]) == ("replaced", "queue")
    client.send_stdin(holder, b"x\n")
    assert client.finished(second)["stdout"] == "2\n"


def test_full_queue_is_429_with_retry_after(client, holder):
    waiting = [client.start("bash", "echo x") for _ in range(2)]
    newest = client.newest_id()
    for accept in ("application/json", "text/event-stream"):
        answer = client.post("/v1/runs", {"language": "bash", "code": ""}, {"Accept": accept})
        assert answer.status == 429, answer
        assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["code"] == "too_many" and answer.json()["status"] == 429
    assert client.newest_id() == newest
    assert client.stop(waiting[0])["stopped"] is True
    again = client.start("bash", "echo room again")
    client.send_stdin(holder, b"x\n")
    assert client.finished(again)["stdout"] == "room again\n"


def test_cap_is_exact_under_a_burst(client, holder):
    """Twenty at once for two places."""
    statuses = []

    def ask():
        body = {"language": "bash", "code": "echo x"}
        statuses.append(client.post("/v1/runs?async=true", body).status)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(statuses) == [202] * 2 + [429] * 18


def test_stop_is_answered_while_the_queue_is_full(client, holder):
    waiting = [client.start("bash", "echo x") for _ in range(2)]
    start = time.monotonic()
    assert client.stop(holder)["stopped"] is True
    assert elapsed_ms(start) < 5000
    assert [client.finished(run_id)["stdout"] for run_id in waiting] == ["x\n", "x\n"]


def test_only_one_runs_at_a_time(client):
    """Each program notes when it ran; the notes of three must not overlap."""
    code = "import time\na = time.monotonic()\ntime.sleep(0.1)\nprint(a, time.monotonic())"
    ids = [client.start("python", code) for _ in range(3)]
    spans = sorted(tuple(map(float, client.finished(run_id)["stdout"].split())) for run_id in ids)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans)), spans


def test_queue_limit(own_server):
    client = own_server("--max-running", "1", config={"queue_wait_ms": 300}).client()
    holder = client.start("bash", WAIT)
    with client.follow(holder) as stream:
        stream.wait_for("started")
    run = client.run("bash", "echo never")
    assert (run["status"], run["cause"], run["phase"]) == ("timed_out", "queue_limit", "queue"), run
    assert run["stdout"] == "" and run["timing"]["queued_ms"] >= 290
    client.send_stdin(holder, b"still there\n")
    assert client.finished(holder)["stdout"] == "got still there\n"
