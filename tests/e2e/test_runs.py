"""Runs as records: async starts, waiting, listing, keys, deleting, forgetting."""

import re
import threading
import time

import pytest

from support import procs
from support.wait import elapsed_ms

WAIT_FOR_INPUT = "input()"
UUID_LIKE = re.compile(r"r_[A-Za-z0-9_-]{16,64}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

RUN_FIELDS = {
    "id", "key", "language", "version", "state", "status", "cause", "phase", "exit_code", "signal",
    "stdout", "stderr", "encoding", "stdout_truncated", "stderr_truncated", "compile", "result",
    "files", "timing", "usage", "stop", "created_at", "finished_at",
}  # fmt: skip
USAGE_FIELDS = {
    "cpu_ms", "peak_memory_bytes", "peak_tasks", "stdout_bytes", "stderr_bytes", "tasks_refused",
    "disk_full",
}  # fmt: skip


def test_run_object_has_every_field(client):
    run = client.run("python", "print(1)")
    assert set(run) == RUN_FIELDS
    assert set(run["timing"]) == {
        "queued_ms", "start_ms", "compile_ms", "run_ms", "total_ms", "stages"
    }  # fmt: skip
    assert set(run["usage"]) == USAGE_FIELDS
    assert UUID_LIKE.fullmatch(run["id"]), run["id"]
    assert TIME.fullmatch(run["created_at"]) and TIME.fullmatch(run["finished_at"])
    assert run["created_at"] <= run["finished_at"]
    assert run["key"] is None and run["compile"] is None and run["files"] == []


def test_usage_and_timing_are_plausible(client):
    run = client.run("python", "x = bytearray(b'x' * (20 << 20))\nfor i in range(2_000_000): pass")
    assert run["usage"]["cpu_ms"] > 5
    assert 20 << 20 < run["usage"]["peak_memory_bytes"] < 256 << 20
    assert run["usage"]["peak_tasks"] == 1 and run["usage"]["tasks_refused"] == 0
    assert run["usage"]["disk_full"] is False
    timing = run["timing"]
    assert 0 < timing["run_ms"] <= timing["total_ms"] and timing["compile_ms"] == 0
    assert timing["queued_ms"] >= 0 and timing["start_ms"] >= 0
    stages = timing["stages"]
    assert list(stages) == ["claim_ms", "job_ms", "first_byte_ms", "exit_ms", "empty_ms", "settle_ms"]
    assert all(ms is None or ms >= 0 for ms in stages.values()), stages
    # They come one after the other, so together they are not more than the whole.
    assert 0 < sum(ms or 0 for ms in stages.values()) <= timing["total_ms"], timing


def test_a_live_run_is_shown_as_of_now(client):
    code = "import sys\nprint('x' * 6005, flush=True)\nsys.stdin.read()"
    run_id = client.start("python", code)
    with client.follow(run_id) as stream:
        stream.wait_for_text("x\n")
        before = client.show(run_id)
        after = client.show(run_id)
    assert before["state"] == "running" and before["usage"]["stdout_bytes"] == 6006
    assert before["timing"]["start_ms"] == after["timing"]["start_ms"] > 0
    assert 0 < before["timing"]["run_ms"] < after["timing"]["run_ms"]
    client.stop(run_id)


def test_async_start(client):
    answer = client.post("/v1/runs?async=true", {"language": "python", "code": WAIT_FOR_INPUT})
    assert answer.status == 202
    run = answer.json()
    assert set(run) == RUN_FIELDS and run["state"] == "queued"
    assert run["status"] is None and run["cause"] is None and run["finished_at"] is None
    assert answer.headers["Location"] == f"/v1/runs/{run['id']}"
    assert client.show(run["id"])["id"] == run["id"]


def test_async_wins_over_a_streaming_accept(client):
    answer = client.post(
        "/v1/runs?async=true", {"language": "python", "code": ""}, {"Accept": "text/event-stream"}
    )
    assert answer.status == 202 and answer.json()["state"] == "queued"


def test_wait_ms_waits_at_most_so_long(client):
    run_id = client.start("python", WAIT_FOR_INPUT)
    start = time.monotonic()
    run = client.show(run_id, wait_ms=300)
    assert elapsed_ms(start) >= 290 and run["state"] in ("queued", "starting", "running")
    assert run["finished_at"] is None and run["status"] is None


def test_wait_ms_ends_with_the_run(client):
    run_id = client.start("python", WAIT_FOR_INPUT)
    results = []
    waiter = threading.Thread(target=lambda: results.append(client.show(run_id, wait_ms=20000)))
    waiter.start()
    start = time.monotonic()
    client.send_stdin(run_id, b"\n")
    waiter.join(15)
    assert results and results[0]["status"] == "succeeded" and elapsed_ms(start) < 10000


def test_output_so_far_is_shown_while_running(client):
    with client.stream("python", "print('so far')\ninput()") as stream:
        stream.wait_for_text("so far\n")
        run = client.show(stream.run_id)
        assert (run["state"], run["stdout"]) == ("running", "so far\n")


def test_list_pages_newest_first(own_server):
    client = own_server().client()
    ids = [client.run("bash", "exit")["id"] for _ in range(5)]
    newest = list(reversed(ids))
    page = client.runs(limit=2)
    assert [run["id"] for run in page["runs"]] == newest[:2]
    assert all(set(run) == RUN_FIELDS - {"stdout", "stderr"} for run in page["runs"])
    seen = [run["id"] for run in page["runs"]]
    while page["next"] is not None:
        page = client.runs(limit=2, after=page["next"])
        seen += [run["id"] for run in page["runs"]]
    assert seen == newest
    assert [run["id"] for run in client.runs()["runs"]] == newest
    running = client.start("python", WAIT_FOR_INPUT)
    with client.follow(running) as stream:
        stream.wait_for("started")
        assert [run["id"] for run in client.runs(state="running")["runs"]] == [running]
    assert [run["id"] for run in client.runs(state="finished")["runs"]] == newest
    assert client.runs(state="queued")["runs"] == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=-1", "limit=99999999999999999999", "state=odd"]
)
def test_list_refuses_bad_values(client, query):
    answer = client.get(f"/v1/runs?{query}")
    assert answer.status in (400, 422) and answer.json()["code"], answer


def test_newer_run_with_the_same_key_replaces_the_older(client, marker):
    with client.stream(
        "python", "print('up')\nwhile True: pass", key="tab", args=[marker]
    ) as first:
        first.wait_for_text("up\n")
        processes = procs.wait_for_sandboxed(marker)
        second = client.start("python", WAIT_FOR_INPUT, key="tab")
        finished = first.finish()
        assert (finished["status"], finished["cause"]) == ("cancelled", "replaced")
        assert finished["stop"]["cause"] == "replaced" and finished["stop"]["empty"] is True
        procs.assert_dead(processes, marker)
    assert client.show(second)["key"] == "tab"
    assert client.stop(second)["cause"] == "stop"


def test_stop_by_key(client):
    run_id = client.start("python", WAIT_FOR_INPUT, key="Some.key_1-x")
    answer = client.stop_key("Some.key_1-x")
    assert answer.status == 200
    assert answer.json()["id"] == run_id and answer.json()["stopped"] is True
    assert client.show(run_id)["cause"] == "stop"
    assert client.stop_key("never-used").status == 404
    assert client.post("/v1/keys/bad%20key/stop").status == 404


def test_key_is_free_again_after_the_end(client):
    assert client.run("bash", "echo 1", key="again")["key"] == "again"
    assert client.run("bash", "echo 2", key="again")["stdout"] == "2\n"


def test_delete_stops_and_forgets(client, marker):
    run_id = client.start("python", "while True: pass", args=[marker])
    processes = procs.wait_for_sandboxed(marker)
    with client.follow(run_id) as stream:
        answer = client.delete(f"/v1/runs/{run_id}")
        assert (answer.status, answer.body) == (204, b"")
        procs.assert_dead(processes, marker)
        assert stream.finish()["cause"] == "stop"
    assert client.get(f"/v1/runs/{run_id}").status == 404
    assert client.delete(f"/v1/runs/{run_id}").status == 404


def test_delete_of_a_finished_run(client):
    run_id = client.run("bash", "exit 0")["id"]
    assert client.delete(f"/v1/runs/{run_id}").status == 204
    assert client.get(f"/v1/runs/{run_id}").status == 404
    assert run_id not in [run["id"] for run in client.runs()["runs"]]


def test_keep_false_forgets_after_delivery(client):
    run = client.run("bash", "echo x", keep=False)
    assert run["stdout"] == "x\n"
    assert client.get(f"/v1/runs/{run['id']}").status == 404
    with client.stream("bash", "echo x", keep=False) as stream:
        stream.finish()
    assert client.get(f"/v1/runs/{stream.run_id}").status == 404


@pytest.mark.parametrize(
    "run_id",
    ["r_" + "0" * 32, "x", "r_", "%2e%2e", "r_%00", "%00", "r_" + "a" * 5000, "R_ABC", "r_\u00fc"],
)
def test_unknown_or_malformed_id(client, run_id):
    path = "/v1/runs/" + run_id.replace("\u00fc", "%C3%BC")
    for method, suffix in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/stop"),
        ("POST", "/stdin"),
        ("GET", "/events"),
    ):
        answer = client.request(method, path + suffix)
        assert answer.status == 404, (method, suffix, answer)
        assert answer.json()["code"] == "not_found"


def test_request_id_is_echoed_or_made(client):
    answer = client.get("/healthz", {"X-Request-ID": "abc-123"})
    assert answer.headers["X-Request-ID"] == "abc-123"
    for sent in ("Root=1-6789", "a:b", '"x"', "~" * 128):
        assert client.get("/healthz", {"X-Request-ID": sent}).headers["X-Request-ID"] == sent
    for sent in ("a b", "é", "x" * 129):
        assert client.get("/healthz", {"X-Request-ID": sent}).headers["X-Request-ID"] != sent
    made = [client.get("/healthz").headers["X-Request-ID"] for _ in range(2)]
    assert all(made) and made[0] != made[1]
    assert (
        client.get("/v1/nope", {"X-Request-ID": "on-errors"}).headers["X-Request-ID"] == "on-errors"
    )


def test_ids_are_not_guessable(client):
    ids = [client.run("bash", "exit")["id"] for _ in range(3)]
    assert len({run_id[:10] for run_id in ids}) == 3, ids
