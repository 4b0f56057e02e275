"""Whatever a program prints and however its readers read: memory stays bounded, nothing is garbled."""

import os
import random
import re
from pathlib import Path

from support.stream import check_events
from support.wait import wait_until
from support.websocket import WebSocket, handshake

MIB = 1 << 20
# Waits for a line, then prints 192 MiB.
MUCH = "import sys\ninput()\nfor _ in range(192): sys.stdout.write('x' * 1048575 + '\\n')"


def resident(pid):
    """Bytes of memory that a process has now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def stalled_readers(client, run_id, count):
    """Readers that attach and then take nothing: SSE, NDJSON and WebSocket in turn."""
    sockets = []
    for number in range(count):
        sock = client.connect(receive_buffer=4096)
        if number % 3 == 2:
            sock.sendall(handshake(client, f"/v1/runs/{run_id}/ws"))
        else:
            accept = "text/event-stream" if number % 3 else "application/x-ndjson"
            path = f"/v1/runs/{run_id}/events"
            sock.sendall(client.encode("GET", path, None, {"Accept": accept}))
        sockets.append(sock)
    return sockets


def test_r23_stalled_and_vanished_readers_cost_bounded_memory(own_server):
    """21 readers that take nothing of 192 MiB; then they vanish, and everything is given back."""
    server = own_server()
    client = server.client()
    run_id = client.start("python", MUCH, limits={"output_bytes": 256 * MIB, "wall_ms": 120000})
    with client.follow(run_id) as stream:
        stream.wait_for("started")
        pid = server.http_pid()
        with_stream = open_files(pid)
    wait_until(lambda: open_files(pid) < with_stream, "the end of that stream's connection")
    files, before = open_files(pid), resident(pid)
    sockets = stalled_readers(client, run_id, 21)
    wait_until(lambda: open_files(pid) >= files + 21, "all readers to be attached")
    client.send_stdin(run_id, b"\n")
    most = before

    def finished():
        nonlocal most
        most = max(most, resident(pid))
        return client.show(run_id, wait_ms=50)["state"] == "finished"

    wait_until(finished, "the end of the program", 60)
    run = client.show(run_id)
    assert (run["cause"], run["usage"]["stdout_bytes"]) == ("exit", 192 * MIB)
    # 8 MiB kept, 1 MiB of window, some 200 KiB a reader, and the answers to the polls.
    assert most - before < 80 * MIB, f"{(most - before) / MIB:.0f} MiB for 21 readers"
    for sock in sockets:
        sock.close()
    wait_until(lambda: open_files(pid) <= files, "the readers' sockets to be closed")


def test_single_bytes_are_kept_whole_and_cost_little(own_server):
    """Each a write of its own: as many events as the server likes, all of the text."""
    server = own_server()
    client = server.client()
    code = "import os\nfor _ in range(400000): os.write(1, b'x')"
    run_id = client.start("python", code, limits={"wall_ms": 120000})
    pid = server.http_pid()
    before = resident(pid)
    wait_until(lambda: client.show(run_id, wait_ms=20000)["state"] == "finished", "its end", 100)
    run = client.show(run_id)
    assert run["stdout"] == "x" * 400000 and run["stdout_truncated"] is False
    assert resident(pid) - before < 64 * MIB
    with client.follow(run_id) as late:
        late.rest()
        missing = [e.data["missing_bytes"] for e in late.events if e.type == "truncated"]
        assert len(missing) <= 1 and len(late.bytes()) + sum(missing) == 400000
        assert late.types()[-1] == "finished"


def test_last_event_id_continues_exactly_wherever_the_stream_was_cut(client):
    """Random cuts of one stream, over all three transports: the rest is the rest, to the byte."""
    code = (
        "import os, sys\n"
        "for i, line in enumerate(sys.stdin):\n"
        "    os.write(2, bytes([255, i]))\n"
        "    os.write(1, ('%d é\\n' % i).encode())"
    )
    run_id = client.start("python", code, limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        for number in range(25):  # one line at a time, so that each is an event of its own
            socket.send_stdin("next\n")
            socket.wait_for_text(f"{number} é\n")
        socket.send({"type": "eof"})
        socket.finish()
    with client.follow(run_id) as stream:
        whole = stream.rest()
    check_events(whole)
    assert len(whole) >= 27 and whole == socket.events
    dice = random.Random(20261121)
    for cut in [0, 1, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(12))]:
        for format in ("sse", "ndjson"):
            with client.follow(run_id, format, last_event_id=cut) as rest:
                assert rest.rest() == whole[cut:], (cut, format)
        with WebSocket(client, run_id, query=f"?last_event_id={cut}") as socket:
            socket.finish()
            assert socket.events == whole[cut:], cut


def test_reader_cut_off_in_a_live_run_misses_nothing(client):
    """It comes back again and again while the program prints, and pieces the stream together."""
    code = "import sys\nfor line in sys.stdin: print('got', line.strip(), flush=True)"
    run_id = client.start("python", code, limits={"wall_ms": 60000})
    events, text = [], ""
    for number in range(12):
        with client.follow(run_id, last_event_id=len(events)) as stream:
            client.send_stdin(run_id, b"%d\n" % number)
            stream.wait_for_text(f"got {number}\n")
            assert [event.seq for event in stream.events][0] == len(events) + 1
            events += stream.events
            text += stream.text()
    client.send_stdin(run_id, b"", eof=True)
    events += client.follow(run_id, last_event_id=len(events)).rest()
    check_events(events)
    assert text == "".join(f"got {number}\n" for number in range(12))


def test_r80_stalled_starter_is_a_slow_client_not_a_buffer(own_server):
    """The one reader that paces: the program waits for it, and in the end it is taken away."""
    server = own_server(config={"slow_client_ms": 500})
    client = server.client()
    pid = server.http_pid()
    before = resident(pid)
    limits = {"output_bytes": 1 << 32, "wall_ms": 60000}
    code = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    stream = client.stream("python", code, receive_buffer=4096, limits=limits)
    run = client.finished(stream.run_id)
    assert (run["status"], run["cause"]) == ("cancelled", "slow_client"), run
    assert resident(pid) - before < 64 * MIB
    wait_until(lambda: "status=408" in server.folder.log.read_text(), "a 408, not a 499")
    stream.close_rst()


def test_output_limit_policy_is_the_same_for_every_transport(client):
    """Cut or stopped: one `truncated` with what is missing, then the end."""
    code = "import sys\nfor _ in range(64): sys.stdout.write('x' * 4095 + '\\n')"
    for policy, cause in (("truncate", "exit"), ("stop", "output_limit")):
        run_id = client.start(
            "python", code, on_output_limit=policy, limits={"output_bytes": 100_000}
        )
        run = client.finished(run_id)
        assert run["cause"] == cause and len(run["stdout"]) == 100_000
        assert run["stdout_truncated"] is True
        whole = client.follow(run_id).rest()
        assert whole == client.follow(run_id, "ndjson").rest()
        with WebSocket(client, run_id) as socket:
            socket.finish()
            assert socket.events == whole
        assert [event.type for event in whole].count("truncated") == 1
