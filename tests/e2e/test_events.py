"""The event streams to the letter: SSE and NDJSON, resuming, late and many readers."""

import json

import pytest

from support.client import read_response
from support.stream import NDJSON, SSE, check_events, close_fin

both_formats = pytest.mark.parametrize("format", ["sse", "ndjson"])
# Prints one line per line of its input, so that a test paces it.
PACED = "import sys\nfor line in sys.stdin: print('got', line.strip())"


@both_formats
def test_events_of_a_simple_run(client, format):
    with client.stream("python", "print('hello')", format) as stream:
        finished = stream.finish()
        assert stream.types() == ["queued", "started", "stdout", "finished"]
        queued, started, stdout, _ = (event.data for event in stream.events)
        assert set(queued) == {"id", "key", "position"}
        assert queued["key"] is None and isinstance(queued["position"], int)
        assert set(started) == {"version"} and started["version"] == finished["version"]
        assert stdout == {"data": "hello\n", "encoding": "utf8"}


@both_formats
def test_finished_carries_the_run_object_without_output(client, format):
    with client.stream("python", "print('hello')", format, key="tab-1") as stream:
        finished = stream.finish()
        run = client.show(stream.run_id)
        assert set(finished) == set(run) - {"stdout", "stderr"}
        for name in set(finished) - {"timing"}:
            assert finished[name] == run[name], name
        assert stream.events[0].data["key"] == "tab-1"


@both_formats
def test_compile_event_is_the_compile_object(client, format):
    with client.stream("c", '#include <stdio.h>\nint main(void) { puts("x"); }', format) as stream:
        finished = stream.finish()
        types = stream.types()
        assert types == ["queued", "started", "compile", "stdout", "finished"]
        report = stream.events[types.index("compile")].data
        assert report == finished["compile"]


@both_formats
def test_stopping_event_tells_the_cause(client, format):
    with client.stream("python", "print('up')\nwhile True: pass", format) as stream:
        stream.wait_for_text("up\n")
        client.stop(stream.run_id)
        stream.finish()
        assert stream.types()[-2:] == ["stopping", "finished"]
        assert stream.events[-2].data == {"cause": "stop"}


def test_sse_wire_format(client):
    """Byte by byte: fields in order, one data line each, a blank line after each event."""
    sock = client.send_run("python", "print('a')\nprint('b')", accept=SSE)
    answer = read_response(sock)
    sock.close()
    assert answer.headers["Content-Type"].split(";")[0] == "text/event-stream"
    assert "no-store" in answer.headers["Cache-Control"]
    blocks = answer.body.decode().split("\n\n")
    assert blocks.pop() == ""
    blocks = [block for block in blocks if not block.startswith(":")]
    for number, block in enumerate(blocks, 1):
        first, second, third = block.split("\n")
        assert first == f"id: {number}"
        assert second.startswith("event: ") and third.startswith("data: {")
        json.loads(third.removeprefix("data: "))


def test_ndjson_wire_format(client):
    sock = client.send_run("python", "print('a')", accept=NDJSON)
    answer = read_response(sock)
    sock.close()
    assert answer.headers["Content-Type"].split(";")[0] == "application/x-ndjson"
    lines = answer.body.decode().split("\n")
    assert lines.pop() == ""
    for number, line in enumerate((line for line in lines if line), 1):
        event = json.loads(line)
        assert event["seq"] == number and isinstance(event["type"], str)


@pytest.mark.parametrize(
    "accept, media",
    [
        ("*/*", "application/json"),
        (None, "application/json"),
        ("application/*", "application/json"),
        ("text/event-stream, */*;q=0.1", SSE),
        ("application/x-ndjson;q=0.9", NDJSON),
        ("Text/Event-Stream", SSE),
    ],
)
def test_accept_decides_the_format(client, accept, media):
    body = {"language": "python", "code": "print(1)"}
    answer = client.post("/v1/runs", body, {"Accept": accept})
    assert answer.status == 200
    assert answer.headers["Content-Type"].split(";")[0] == media


@both_formats
def test_resume_after_last_event_id(client, format):
    with client.stream("python", PACED, format, on_disconnect="detach") as stream:
        run_id = stream.run_id
        client.send_stdin(run_id, b"1\n")
        stream.wait_for_text("got 1\n")
        last = stream.events[-1].seq
    client.send_stdin(run_id, b"2\n")
    with client.follow(run_id, format, last_event_id=last) as rest:
        rest.wait_for_text("got 2\n")
        client.send_stdin(run_id, b"", eof=True)
        rest.rest()
        check_events(rest.events, first_seq=last + 1)
        assert rest.text() == "got 2\n"


@both_formats
def test_late_reader_sees_the_same_events(client, format):
    with client.stream("python", "for i in range(100): print(i)", format) as stream:
        stream.finish()
    with client.follow(stream.run_id, format) as late:
        late.finish()
        assert late.events == stream.events


def test_resume_after_the_end(client):
    run_id = client.start("python", "print('x')")
    last = len(client.follow(run_id).rest())
    with client.follow(run_id, last_event_id=last - 1) as stream:
        assert [(event.seq, event.type) for event in stream.rest()] == [(last, "finished")]
    with client.follow(run_id, last_event_id=last) as stream:
        assert stream.rest() == []


def test_bad_last_event_id_is_refused(client):
    run_id = client.start("python", "print('x')")
    client.finished(run_id)
    for value in ("x", "-1", "1.5", "99999999999999999999999"):
        answer = client.get(f"/v1/runs/{run_id}/events", {"Accept": SSE, "Last-Event-ID": value})
        assert answer.status == 422, (value, answer)


def test_many_readers_see_the_same(client):
    run_id = client.start("python", PACED)
    readers = [client.follow(run_id, format) for format in ("sse", "ndjson") * 8]
    for number in range(5):
        client.send_stdin(run_id, b"%d\n" % number)
        readers[0].wait_for_text(f"got {number}\n")
    client.send_stdin(run_id, b"", eof=True)
    for reader in readers:
        reader.finish()
        assert reader.events == readers[0].events
        reader.close_fin()


def test_reader_that_leaves_does_not_end_a_detached_run(client):
    run_id = client.start("python", PACED)
    client.follow(run_id).close_rst()
    client.follow(run_id).close_fin()
    client.send_stdin(run_id, b"still\n", eof=True)
    assert client.finished(run_id)["stdout"] == "got still\n"


def test_events_of_a_run_that_is_still_going_come_as_they_happen(client):
    """A reader attached before a line is printed gets it without anything else happening."""
    run_id = client.start("python", PACED)
    with client.follow(run_id) as stream:
        assert stream.wait_for("started")
        client.send_stdin(run_id, b"now\n")
        stream.wait_for_text("got now\n")
        client.send_stdin(run_id, b"", eof=True)
        stream.finish()


def test_quiet_stream_is_kept_alive_by_comments(client):
    """A comment every 15 s; the program's line afterwards comes through as well."""
    with client.stream("python", PACED, limits={"wall_ms": 60000}) as stream:
        stream.wait_for("started")
        run_id = stream.run_id
        stream.wait_for_comment(18.0)
        client.send_stdin(run_id, b"late\n", eof=True)
        stream.finish()
        assert stream.text() == "got late\n"


def test_events_of_unknown_run(client):
    for run_id in ("r_" + "0" * 32, "nonsense"):
        answer = client.get(f"/v1/runs/{run_id}/events", {"Accept": SSE})
        assert answer.status == 404 and answer.json()["code"] == "not_found"


def test_stream_errors_are_problems_not_events(client):
    for accept in (SSE, NDJSON):
        answer = client.post("/v1/runs", {"language": "nope", "code": ""}, {"Accept": accept})
        assert answer.status == 422
        assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"


def test_client_that_closes_after_the_end_changes_nothing(client):
    sock = client.send_run("python", "print('done')")
    answer = read_response(sock)
    close_fin(sock)
    run = client.show(answer.json()["id"])
    assert (run["status"], run["cause"]) == ("succeeded", "exit")
