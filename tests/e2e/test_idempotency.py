"""Idempotency-Key: a request that is sent again starts nothing again."""

import threading
import uuid

import pytest

from support import procs
from support.problems import check_problem
from support.stream import NDJSON, Stream
from support.wait import wait_until

COUNT = "import uuid; print(uuid.uuid4())"


@pytest.fixture
def once():
    """A key that no other test uses."""
    return {"Idempotency-Key": f"test-{uuid.uuid4().hex}"}


def ask(client, headers, code=COUNT, query="", **fields):
    body = {"language": "python", "code": code, **fields}
    answer = client.post(f"/v1/runs{query}", body, headers)
    assert answer.status in (200, 202), answer
    return answer.json()


def test_same_request_gives_the_same_run(client, once):
    first, second = ask(client, once), ask(client, once)
    assert first == second and len(first["stdout"]) == 37
    assert ask(client, {})["id"] != first["id"]
    assert len([run for run in client.runs(limit=10)["runs"] if run["id"] == first["id"]]) == 1


def test_every_kind_of_answer_is_for_the_same_run(client, once):
    run = ask(client, once)
    assert ask(client, once, query="?async=true")["id"] == run["id"]
    sock = client.connect()
    body = {"language": "python", "code": COUNT}
    sock.sendall(client.encode("POST", "/v1/runs", body, {"Accept": NDJSON, **once}))
    with Stream(sock, NDJSON) as stream:
        finished = stream.finish()
        assert stream.types()[0] == "queued" and stream.text() == run["stdout"]
        assert finished["id"] == run["id"]


def test_second_attaches_while_the_first_is_in_flight(client, once, marker):
    """Twenty at once: one process, one answer for all."""
    code = "import sys, uuid; sys.stdin.readline(); print(uuid.uuid4())"
    answers = []

    run_id = ask(client, once, code, query="?async=true", args=[marker])["id"]

    def send():
        answers.append(ask(client, once, code, args=[marker]))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    assert len(procs.wait_for_sandboxed(marker)) == 1
    client.send_stdin(run_id, b"go\n")
    for thread in threads:
        thread.join(25)
    assert len(answers) == 20 and all(answer == answers[0] for answer in answers)
    assert answers[0]["id"] == run_id and len(answers[0]["stdout"]) == 37


@pytest.mark.parametrize("query", ["?async=true", ""])
def test_a_request_that_is_repeated_does_not_pace_the_run_of_the_first(own_server, once, marker, query):
    """Nor end it, by reading nothing."""
    client = own_server(config={"slow_client_ms": 500}).client()
    flood = "import time\nend = time.time() + 2\nwhile time.time() < end: print('x' * 60000)"
    body = {"language": "python", "code": flood, "args": [marker], "limits": {"output_bytes": 1 << 32}}
    first, repeated = client.connect(), client.connect(receive_buffer=4096)
    first.sendall(client.encode("POST", f"/v1/runs{query}", body, once))
    procs.wait_for_sandboxed(marker)
    repeated.sendall(client.encode("POST", "/v1/runs", body, {"Accept": NDJSON, **once}))
    (started,) = client.runs()["runs"]
    run = client.finished(started["id"])
    assert (run["status"], run["cause"]) == ("succeeded", "exit"), run
    for sock in (first, repeated):
        sock.close()


def test_first_client_leaves_while_the_second_stays(client, once):
    """The run is wanted as long as one of them waits for it."""
    code = "import sys; print(sys.stdin.readline())"
    body = {"language": "python", "code": code}
    sock = client.connect()
    sock.sendall(client.encode("POST", "/v1/runs", body, {"Accept": NDJSON, **once}))
    with Stream(sock, NDJSON) as first:
        first.wait_for("started")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(client.post("/v1/runs", body, once)))
        thread.start()
        second = client.connect()
        second.sendall(client.encode("POST", "/v1/runs", body, {"Accept": NDJSON, **once}))
        with Stream(second, NDJSON) as stream:
            stream.wait_for("started")
            first.close_rst()
            client.send_stdin(first.run_id, b"go\n")
            assert stream.finish()["cause"] == "exit"
        thread.join(25)
        assert answers[0].json()["stdout"] == "go\n\n"


def test_another_body_is_422_and_starts_nothing(client, once, problem_codes):
    ask(client, once)
    newest = client.newest_id()
    answer = client.post("/v1/runs", {"language": "python", "code": "print(2)"}, once)
    problem = check_problem(answer, 422, problem_codes)
    assert problem["field"] == "Idempotency-Key" and client.newest_id() == newest


def test_refused_request_does_not_use_the_key_up(client, once, problem_codes):
    check_problem(client.post("/v1/runs", {"language": "no"}, once), (400, 422), problem_codes)
    assert ask(client, once)["cause"] == "exit"


def test_run_that_is_forgotten_is_not_started_again(client, once, problem_codes):
    run = ask(client, once, keep=False)
    body = {"language": "python", "code": COUNT, "keep": False}
    problem = check_problem(client.post("/v1/runs", body, once), 409, problem_codes)
    assert problem["field"] == "Idempotency-Key"
    assert client.get(f"/v1/runs/{run['id']}").status == 404


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
def test_bad_keys_are_bad_values(client, problem_codes, key):
    newest = client.newest_id()
    answer = client.post("/v1/runs", {"language": "bash", "code": ""}, {"Idempotency-Key": key})
    problem = check_problem(answer, 422, problem_codes)
    assert problem["field"] == "Idempotency-Key" and client.newest_id() == newest


def test_key_outlives_the_server(own_server, once):
    server = own_server()
    run = ask(server.client(), once)
    old = server.http_pid()
    server.kill(old)
    wait_until(lambda: server.http_pid() not in (None, old), "a new http process")
    server.wait_ready()
    assert ask(server.client(), once) == run
    answer = server.client().post("/v1/runs", {"language": "bash", "code": ""}, once)
    assert answer.status == 422
