"""Output: encodings, chunks, caps, floods. Nothing is dropped silently."""

import base64

import pytest

from support.languages import payload

RAW = "import sys\nsys.stdout.buffer.write({!r})\nsys.stdout.buffer.flush()"


def test_bytes_that_are_not_utf8_make_base64_of_both_streams(client):
    code = RAW.format(b"\xff\xfe\x00ok") + "\nprint('text', file=sys.stderr)"
    run = client.run("python", code)
    assert run["encoding"] == "base64"
    assert base64.b64decode(run["stdout"]) == b"\xff\xfe\x00ok"
    assert base64.b64decode(run["stderr"]) == b"text\n"


def test_binary_output_round_trips(client):
    data = bytes(range(256)) * 200
    code = "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 200)"
    run = client.run("python", code)
    assert run["encoding"] == "base64" and base64.b64decode(run["stdout"]) == data
    with client.stream("python", code) as stream:
        stream.finish()
        assert stream.bytes() == data


def test_lossy_utf8_on_request_is_flagged(client):
    run = client.run("python", RAW.format(b"a\xffb\n"), encoding="utf8")
    assert run["stdout"] == "a\ufffdb\n", run
    assert run["encoding"] != "utf8" or run.get("lossy") is True, "lossy, but not flagged"


def test_text_with_encoding_utf8_is_not_flagged(client):
    run = client.run("python", "print('text')", encoding="utf8")
    assert (run["stdout"], run["encoding"]) == ("text\n", "utf8") and not run.get("lossy")


def test_chunk_events_of_invalid_bytes_are_base64_and_of_text_are_not(client):
    code = "import sys, time\nprint('text', flush=True)\ninput()\n" + RAW.format(b"\xff\n")
    with client.stream("python", code) as stream:
        stream.wait_for_text("text\n")
        client.send_stdin(stream.run_id, b"\n")
        stream.finish()
        chunks = [event.data for event in stream.events if event.type == "stdout"]
        assert chunks[0] == {"data": "text\n", "encoding": "utf8"}
        assert stream.bytes() == b"text\n\xff\n"
        assert chunks[-1]["encoding"] == "base64"


def test_characters_are_never_cut(client):
    """A euro sign written byte by byte, each byte on its own, is one character for the reader."""
    code = (
        "import os, time\nfor byte in '€😀x'.encode():\n"
        "    os.write(1, bytes([byte]))\n    time.sleep(0.03)"
    )
    with client.stream("python", code) as stream:
        stream.finish()
        chunks = [event.data for event in stream.events if event.type == "stdout"]
        assert {chunk["encoding"] for chunk in chunks} == {"utf8"}
        assert "".join(chunk["data"] for chunk in chunks) == "€😀x"


def test_half_a_character_at_the_end_is_not_lost(client):
    run = client.run("python", RAW.format(b"x\xe2\x82"))
    assert run["encoding"] == "base64" and base64.b64decode(run["stdout"]) == b"x\xe2\x82"


def test_control_characters_survive_json(client):
    text = 'nul \x00 bell \x07 esc \x1b[1m quote " back \\ line sep \u2028 bom \ufeff\r\n'
    run = client.run("python", f"import sys\nsys.stdout.write({text!r})")
    assert run["stdout"] == text
    for format in ("sse", "ndjson"):
        with client.stream(
            "python", f"import sys\nsys.stdout.write({text!r})", format=format
        ) as stream:
            stream.finish()
            assert stream.text() == text


def test_output_that_looks_like_events_stays_data(client):
    text = "\n\nid: 99\nevent: finished\ndata: {}\n\n"
    with client.stream("python", f"print({text!r}, end='')") as stream:
        stream.finish()
        assert stream.text() == text


def test_output_limit_truncates_and_counts(client):
    code = "import sys\nsys.stdout.write('a' * 5000)\nsys.stderr.write('b' * 10)"
    run = client.run("python", code, limits={"output_bytes": 1000})
    assert (run["status"], run["exit_code"]) == ("succeeded", 0)
    assert run["stdout"] == "a" * 1000 and run["stdout_truncated"] is True
    assert run["stderr"] == "b" * 10 and run["stderr_truncated"] is False
    assert run["usage"]["stdout_bytes"] == 5000


@pytest.mark.parametrize("limit, kept", [(4, 1), (5, 1), (6, 2), (2, 0)])
def test_no_character_is_cut_by_the_output_limit(client, limit, kept):
    code = "import os\nos.write(1, '€€€'.encode())"
    run = client.run("python", code, limits={"output_bytes": limit})
    assert (run["encoding"], run["stdout"], run["stdout_truncated"]) == ("utf8", "€" * kept, True)
    with client.stream("python", code, limits={"output_bytes": limit}) as stream:
        stream.finish()
        assert stream.text() == "€" * kept
        (truncated,) = [event.data for event in stream.events if event.type == "truncated"]
        assert truncated["missing_bytes"] == 9 - 3 * kept


def test_output_limit_truncates_a_stream_with_an_event(client):
    code = "import sys\nsys.stdout.write('a' * 5000)\nprint('after', file=sys.stderr)"
    with client.stream("python", code, limits={"output_bytes": 1000}) as stream:
        finished = stream.finish()
        assert stream.bytes() == b"a" * 1000 and stream.text("stderr") == "after\n"
        truncated = [event.data for event in stream.events if event.type == "truncated"]
        assert [event["stream"] for event in truncated] == ["stdout"]
        assert truncated[0].keys() >= {"stream", "missing_bytes", "last_seq"}
        assert finished["stdout_truncated"] is True


def test_output_limit_stops_when_asked_to(client):
    code = "while True: print('x' * 100)"
    run = client.run("python", code, limits={"output_bytes": 2000}, on_output_limit="stop")
    assert (run["status"], run["cause"]) == ("limit_exceeded", "output_limit"), run
    assert len(run["stdout"]) == 2000 and run["stdout_truncated"] is True
    assert run["stop"]["cause"] == "output_limit" and run["stop"]["empty"] is True


@pytest.mark.parametrize("language", ["bash", "python"])
def test_a_short_program_is_over_the_limit_too(client, language):
    """It may have ended before what it printed is read."""
    code = {"bash": "echo hello", "python": "print('hello')"}[language]
    for _ in range(12):
        run = client.run(language, code, limits={"output_bytes": 1}, on_output_limit="stop")
        assert (run["status"], run["cause"], run["stdout"]) == ("limit_exceeded", "output_limit", "h"), run


def test_exactly_the_limit_is_not_truncated(client):
    run = client.run(
        "python", "print('x' * 999)", limits={"output_bytes": 1000}, on_output_limit="stop"
    )
    assert (run["status"], run["stdout_truncated"], len(run["stdout"])) == (
        "succeeded",
        False,
        1000,
    )


@pytest.mark.parametrize("format", ["sse", "ndjson"])
def test_endless_line_is_streamed_in_pieces_and_stopped(client, format):
    with client.stream(
        "c", payload("endless_line.c"), format, limits={"output_bytes": 1 << 30}
    ) as stream:
        while len(stream.bytes()) < 300_000:
            assert stream.next(), "the stream ended"
        answer = client.stop(stream.run_id)
        assert answer["stopped"] is True and answer["proof"]["empty"] is True
        assert stream.finish()["cause"] == "stop"
        assert set(stream.bytes()) == {ord("x")}


def test_endless_output_is_bounded_in_a_json_answer(client):
    run = client.run("python", "while True: print('y' * 1000)", limits={"wall_ms": 500})
    assert run["cause"] == "wall_limit" and run["stdout_truncated"] is True
    assert len(run["stdout"]) == 1 << 20
    assert run["usage"]["stdout_bytes"] > 1 << 20


def test_both_streams_keep_their_own_order(client):
    code = "import sys\nfor i in range(2000):\n    print(i)\n    print(-i, file=sys.stderr)"
    run = client.run("python", code)
    assert run["stdout"] == "".join(f"{i}\n" for i in range(2000))
    assert run["stderr"] == "".join(f"{-i}\n" for i in range(2000))


def test_many_tiny_writes_do_not_become_as_many_events(client):
    code = "import os\nfor _ in range(100_000): os.write(1, b'z')"
    with client.stream("python", code) as stream:
        stream.finish()
        assert stream.bytes() == b"z" * 100_000
        assert stream.types().count("stdout") < 100_000


def test_program_that_closes_its_output_runs_on(client):
    code = (
        "import os, sys\nprint('said')\nos.close(1); os.close(2)\nopen('/work/x', 'w')\nos._exit(7)"
    )
    run = client.run("python", code)
    assert (run["exit_code"], run["stdout"]) == (7, "said\n")


def test_program_that_makes_its_pipe_nonblocking_hurts_nobody(client):
    code = "import os\nos.set_blocking(1, False)\nos.set_blocking(0, False)\nprint('fine')"
    assert client.run("python", code)["stdout"] == "fine\n"
    assert client.run("python", "print('next')")["stdout"] == "next\n"
