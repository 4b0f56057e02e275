"""7.7, as far as it takes somebody outside the run: readers, writers of stdin, stops."""

import random
import re
import threading
import time
from pathlib import Path

import pytest

from support.stream import check_events
from support.wait import elapsed_ms, wait_until

MIB = 1 << 20
# Every byte, text of all planes, byte order marks, halves of surrogates, overlong forms, NULs.
ODD = (
    bytes(range(256)) + "é€😀\u2028\ufeff".encode() * 50 + b"\xed\xa0\x80\xed\xb0\x80" + b"\xc0\xaf\xe0\x80\xaf"
    + b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80" + b"\x00" * 50 + "ẞ𝄞".encode() * 50
)  # fmt: skip
PIECES = (
    "import os, sys\ndata = bytes.fromhex(sys.argv[1])\nsize = int(sys.argv[2])\n"
    "for at in range(0, len(data), size): os.write(1, data[at:at + size])"
)


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) << 10


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 4096])
def test_116_bytes_of_every_kind_cut_everywhere(arena, size):
    """They arrive as they were written, whole characters as text, in the stream and in the object."""
    with arena.client.stream("python", PIECES, args=[ODD.hex(), str(size)]) as stream:
        run_id = stream.run_id
        stream.finish()
        assert stream.bytes() == ODD
    run = arena.client.show(run_id)
    assert run["encoding"] == "base64" and run["usage"]["stdout_bytes"] == len(ODD)
    text = "é€😀\u2028\ufeffẞ𝄞\0" * 100
    with arena.client.stream("python", PIECES, args=[text.encode().hex(), str(size)]) as stream:
        stream.finish()
        kinds = {event.data["encoding"] for event in stream.events if event.type == "stdout"}
        assert (stream.text(), kinds) == (text, {"utf8"})


@pytest.mark.parametrize("format", ["sse", "ndjson"])
def test_117_output_in_the_shape_of_events(arena, format):
    """Frames of both formats, headers, ends of chunked bodies: all of it is output and nothing else."""
    text = (
        '\n\nid: 99\nevent: finished\ndata: {"status":"succeeded"}\n\n:\n\nretry: 1\n\n'
        '{"seq":99,"type":"finished"}\n0\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n'
        "\x1b]0;title\x07\x1b[2J\x9b\u202e\u2066</script>\u0085\r"
    )
    code = "import sys\nsys.stdout.write(sys.argv[1])\nsys.stderr.write(sys.argv[1])"
    with arena.client.stream("python", code, format, args=[text]) as stream:
        finished = stream.finish()
        assert finished["cause"] == "exit"
        assert stream.text() == stream.text("stderr") == text
        assert stream.types().count("finished") == 1


def test_119_both_streams_flood_at_once(arena):
    """Each is cut at its own limit, and what is kept of each is its beginning, in order."""
    code = (
        "import os, threading\n"
        "def flood(fd, sign):\n"
        "    for i in range(1, 1_000_000): os.write(fd, b'%d\\n' % (sign * i))\n"
        "threading.Thread(target=flood, args=(2, -1), daemon=True).start()\nflood(1, 1)"
    )
    limits = {"output_bytes": 200_000, "wall_ms": 2000}
    run = arena.client.run("python", code, limits=limits)
    assert (run["stdout_truncated"], run["stderr_truncated"]) == (True, True), run
    for name, sign in (("stdout", 1), ("stderr", -1)):
        expected = "".join(f"{sign * i}\n" for i in range(1, 50_000))
        assert len(run[name]) == 200_000 and expected.startswith(run[name]), name


def test_122_much_stdin_that_nobody_reads(arena):
    """A hundred megabytes are offered: the server keeps its buffer and no more, and a stop is a stop."""
    client, pid = arena.client, arena.server.http_pid()
    run_id = client.start("bash", "sleep 60", limits={"wall_ms": 60000})
    before, answers = resident(pid), []
    for _ in range(100):
        answers.append(client.send_stdin(run_id, b"x" * MIB).status)
    assert set(answers) == {204, 413} or set(answers) == {413}, answers
    assert resident(pid) < before + 48 * MIB
    start = time.monotonic()
    assert client.stop(run_id)["stopped"] is True
    assert elapsed_ms(start) < 5000


def test_126_two_hundred_readers_of_one_run(arena):
    """All of them get all of it, and the run does not wait for any."""
    client = arena.client
    code = "input()\nfor i in range(20000): print(i)"
    run_id = client.start("python", code, limits={"wall_ms": 60000})
    readers = [client.follow(run_id) for _ in range(200)]
    client.send_stdin(run_id, b"\n")
    run = client.finished(run_id)
    assert run["status"] == "succeeded" and run["timing"]["run_ms"] < 30000
    expected = "".join(f"{i}\n" for i in range(20000))
    for reader in readers:
        with reader:
            reader.rest(60)
            check_events(reader.events)
            assert reader.text() == expected
    client.delete(f"/v1/runs/{run_id}")


def test_127_readers_that_come_and_go(arena):
    """Hundreds attach with any position and leave at once: the run and its other reader are as before."""
    client = arena.client
    code = "import sys, time\nfor i in range(300): print(i); time.sleep(0.005)"
    rng = random.Random(127)
    with client.stream("python", code, limits={"wall_ms": 60000}) as steady:
        run_id = steady.run_id
        live = threading.Event()

        def come_and_go():
            while not live.is_set():
                reader = client.follow(run_id, last_event_id=str(rng.choice([0, 1, 5, 10**6, 2**63])))
                reader.close_rst() if rng.random() < 0.5 else reader.close_fin()

        threads = [threading.Thread(target=come_and_go) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            finished = steady.finish(40)
        finally:
            live.set()
            for thread in threads:
                thread.join()
        assert finished["status"] == "succeeded"
        assert steady.text() == "".join(f"{i}\n" for i in range(300))


def test_128_a_false_ending_just_before_the_true_one(arena):
    """The program prints what looks like its end at the moment at which it is stopped."""
    code = "print('event: finished\\ndata: {\"cause\":\"exit\"}\\n\\n', flush=True)\nwhile True: pass"
    for _ in range(20):
        with arena.client.stream("python", code) as stream:
            stream.wait_for_text("event: finished")
            arena.client.stop(stream.run_id)
            assert stream.finish()["cause"] == "stop"
            assert stream.types()[-1] == "finished" and stream.types().count("finished") == 1
    wait_until(lambda: not arena.client.live_runs(), "all runs to be over")
