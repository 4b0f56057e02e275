"""Attacks on the HTTP server (section 7.10): slow and many clients, floods, ambiguous requests."""

import json
import os
import re
import threading
import time
from pathlib import Path

import pytest

from support import procs
from support.client import read_response
from support.crowd import Crowd
from support.http_load import Canary, flood_connections
from support.raw_http import head, is_closed
from support.server import Server
from support.stream import close_fin, close_rst
from support.wait import poll, wait_until
from support.websocket import ECHO, PING, TEXT, Closed, WebSocket, handshake

GOOD = {"language": "bash", "code": "echo x"}
HEAD_SECONDS = 10  # that a client has for its head
MAX_CONNECTIONS = 1024
JSON_HEAD = "Content-Type: application/json"


def memory_kib(pid):
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[1])


def cpu_seconds(pid):
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.timeout(90)
def test_152_slow_heads_are_closed_at_their_deadline(arena):
    """A thousand clients that send a byte a second."""
    with Canary(arena.server) as canary, Crowd(arena.client, 1000) as crowd:
        request = head(arena.client, "GET /healthz HTTP/1.1", "X: " + "y" * 200)
        start = time.monotonic()
        for byte in request:
            crowd.send(bytes([byte]))
            crowd.sweep()
            if time.monotonic() - start > HEAD_SECONDS or not len(crowd):
                break
            poll(lambda: canary.ended, 1.0 - (time.monotonic() - start) % 1.0)
        assert len(crowd) + crowd.closed == 1000
        crowd.wait_closed(20)
        assert time.monotonic() - start > HEAD_SECONDS / 2
    canary.check()


@pytest.mark.timeout(90)
def test_154_idle_and_half_open_connections_make_room_for_others(arena):
    """Two thousand silent clients: there is a bound, and those that are silent longest go."""
    with Crowd(arena.client, 2000) as crowd:
        wait_until(lambda: crowd.sweep() or crowd.closed >= 2000 - MAX_CONNECTIONS, "room")
        assert len(crowd) <= MAX_CONNECTIONS
        assert arena.client.run("bash", "echo x")["stdout"] == "x\n"
    for number in range(200):
        sock = arena.client.connect()
        part = arena.client.encode("POST", "/v1/runs", GOOD)[: number + 1]
        sock.sendall(part)
        (close_fin, close_rst)[number % 2](sock)
    assert arena.client.get("/healthz").status == 200


def test_155_out_of_descriptors_health_still_answers_and_all_comes_back(own_server):
    server = own_server("--ready-slots", "1", prefix=("prlimit", "--nofile=192:192"))
    client = server.client()
    assert client.run("bash", "echo x")["stdout"] == "x\n"
    http = procs.look_up(server.http_pid())
    with Crowd(client, 400):
        wait_until(lambda: len(http.descriptors()) >= 180, "it has hardly any descriptor left")
        for _ in range(20):
            assert client.get("/healthz").status == 200
        # There may be none for a run's pipes: it is told so and does not hang.
        answer = client.post("/v1/runs", GOOD)
        assert answer.status in (200, 503), answer
        if answer.status == 200:
            assert answer.json()["status"] in ("succeeded", "setup_error"), answer
    assert client.run("bash", "echo x")["stdout"] == "x\n"


def test_155_server_takes_all_the_descriptors_it_may_have(own_server):
    server = own_server(prefix=("prlimit", "--nofile=256:4096"))
    for pid in (server.spawner_pid, server.http_pid()):
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"^Max open files +4096 +4096 ", limits, re.MULTILINE), limits
    with Crowd(server.client(), 600) as crowd:
        assert server.client().run("bash", "echo x")["stdout"] == "x\n"
        crowd.sweep()
        assert crowd.closed == 0


def framed(client, *lines):
    return head(client, "POST /v1/runs?async=true HTTP/1.1", JSON_HEAD, *lines)


BODY = json.dumps(GOOD).encode()
CHUNK = b"%x\r\n" % len(BODY) + BODY + b"\r\n"
LENGTH = f"Content-Length: {len(BODY)}"
AMBIGUOUS = {
    "10,000 fields": lambda c: framed(c, LENGTH, *["X: y"] * 10_000) + BODY,
    "1 MB field": lambda c: framed(c, LENGTH, "X: " + "y" * 1_000_000) + BODY,
    "8 KB name": lambda c: framed(c, LENGTH, "X" * 8192 + ": y" * 3000) + BODY,
    "two hosts": lambda c: framed(c, LENGTH, "Host: evil.test") + BODY,
    "same length twice": lambda c: framed(c, LENGTH, LENGTH) + BODY,
    "two lengths": lambda c: framed(c, "Content-Length: 0", LENGTH) + BODY,
    "length and chunked": lambda c: framed(c, LENGTH, "Transfer-Encoding: chunked") + CHUNK,
    "chunked twice in a line": lambda c: framed(c, "Transfer-Encoding: chunked, chunked") + CHUNK,
    "chunked with a tab": lambda c: framed(c, "Transfer-Encoding:\tchunked\x0b") + CHUNK,
    "chunked in quotes": lambda c: framed(c, 'Transfer-Encoding: "chunked"') + CHUNK,
    "folded line": lambda c: framed(c, LENGTH, "X: a\r\n b") + BODY,
    "folded length": lambda c: framed(c, "Content-Length:\r\n 39") + BODY,
    "bare LF": lambda c: framed(c, LENGTH, "X: a\nTransfer-Encoding: chunked") + BODY,
    "only LF": lambda c: framed(c, LENGTH).replace(b"\r\n", b"\n") + BODY,
    "NUL in a name": lambda c: framed(c, LENGTH, "X\0: y") + BODY,
    "space before the colon": lambda c: framed(c, LENGTH, "Transfer-Encoding : chunked") + BODY,
    "absolute form": lambda c: framed(c, LENGTH).replace(b"/v1", b"http://evil.test/v1") + BODY,
    "HTTP/9.9": lambda c: framed(c, LENGTH).replace(b"HTTP/1.1", b"HTTP/9.9") + BODY,
    "HTTP/1.0 and chunked": lambda c: framed(c, "Transfer-Encoding: chunked").replace(
        b"HTTP/1.1", b"HTTP/1.0"
    )
    + CHUNK,
    "bad chunk size": lambda c: framed(c, "Transfer-Encoding: chunked") + b"0x27\r\n" + CHUNK[4:],
    "chunk size over 2^64": lambda c: framed(c, "Transfer-Encoding: chunked")
    + b"1000000000000000f\r\n",
    "endless chunk extension": lambda c: framed(c, "Transfer-Encoding: chunked")
    + b"27;"
    + b"x=y;" * 250_000,
    "many tiny chunks": lambda c: framed(c, "Transfer-Encoding: chunked")
    + b"1\r\n \r\n" * 1_200_000,
    "endless trailer": lambda c: framed(c, "Transfer-Encoding: chunked")
    + CHUNK
    + b"0\r\n"
    + b"X: y\r\n" * 200_000,
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_156_floods_and_ambiguous_requests_are_refused_and_never_two(arena, kind):
    """What stands behind such a request is never taken for another one."""
    before = arena.client.newest_id()
    smuggled = framed(arena.client, LENGTH, "X-Request-ID: smuggled") + BODY
    with arena.client.connect() as sock:
        try:
            sock.sendall(AMBIGUOUS[kind](arena.client) + smuggled)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent
        try:
            answer = read_response(sock)
        except ConnectionResetError:
            answer = None  # by our own kernel, which had not sent it all
        if answer:
            assert answer.status in (400, 413, 431), answer
            assert answer.headers["X-Request-ID"] != "smuggled"
            assert answer.headers["Connection"] == "close"
            assert is_closed(sock)
    assert arena.client.newest_id() == before
    assert arena.client.get("/healthz").status == 200


@pytest.fixture(scope="module")
def roomy():
    """A server that takes the largest bodies there are."""
    with Server("--max-running", "2", config={"body_limit_bytes": 32 << 20}) as server:
        yield server


MIB = 1 << 20
MILLION_KEYS = b",".join(b'"k%d":""' % number for number in range(1_000_000))
MONSTERS = {
    "depth of 10 million": lambda: b'{"language":' + b"[" * (10 * MIB),
    "a million keys": lambda: b"{" + MILLION_KEYS + b"}",
    "a million keys of env": lambda: b'{"language":"bash","code":"","env":{' + MILLION_KEYS + b"}}",
    "the same key a million times": lambda: b"{" + b'"code":"x",' * MIB + b'"language":"bash"}',
    "number of 10 MB": lambda: b'{"language":"bash","code":"","limits":{"tasks":'
    + b"9" * (10 * MIB)
    + b"}}",
    "fraction of 10 MB": lambda: b'{"language":"bash","code":"","limits":{"tasks":0.'
    + b"9" * (10 * MIB)
    + b"}}",
    "1e99999": lambda: b'{"language":"bash","code":"","limits":{"tasks":1e99999}}',
    "string of 20 MB that does not end": lambda: b'{"language":"bash","code":"' + b"x" * (20 * MIB),
    "10 million arrays": lambda: b'{"language":"bash","code":"","args":['
    + b"[]," * (9 * MIB)
    + b"[]]}",
    "lone surrogates": lambda: b'{"language":"bash","code":"' + b"\\ud800" * MIB + b'"}',
    "invalid UTF-8": lambda: b'{"language":"bash","code":"' + b"\xc0\xaf" * MIB + b'"}',
    "NaN": lambda: b'{"language":"bash","code":"","limits":{"tasks":NaN}}',
    "trailing garbage": lambda: BODY + b" " * MIB + b"x",
}


@pytest.mark.parametrize("kind", MONSTERS)
def test_159_monstrous_json_is_refused_quickly_in_bounded_memory(roomy, kind):
    client, http = roomy.client(), roomy.http_pid()
    body = MONSTERS[kind]()
    before, newest, used = memory_kib(http), client.newest_id(), cpu_seconds(http)
    answer = client.post("/v1/runs", body)
    assert answer.status in (400, 413, 422), answer
    took = cpu_seconds(http) - used
    assert took < 2.0, f"{took:.2f} s of processor time"
    grown = memory_kib(http) - before
    assert grown < 10 * len(body) // 1024 + (32 << 10), f"{grown} KiB more"
    assert client.newest_id() == newest


@pytest.mark.timeout(90)
def test_161_ten_thousand_pipelined_requests_cost_bounded_memory(arena):
    """They are answered in order, as fast as somebody reads, and not ahead of that."""
    count, http = 10_000, arena.server.http_pid()
    before = memory_kib(http)
    with arena.client.connect() as sock:
        request = head(arena.client, "GET /healthz HTTP/1.1")
        last = head(arena.client, "GET /healthz HTTP/1.1", "Connection: close")
        sender = threading.Thread(target=sock.sendall, args=(request * (count - 1) + last,))
        sender.start()
        assert arena.client.get("/healthz").status == 200  # others are served meanwhile
        assert memory_kib(http) - before < 16 << 10
        received = b""
        while data := sock.recv(1 << 20):
            received += data
        sender.join()
    assert received.count(b"HTTP/1.1 200 OK\r\n") == count


def test_161_upgrade_with_a_body_and_other_protocols(arena):
    run_id = arena.client.run("bash", "echo x")["id"]
    request = handshake(arena.client, f"/v1/runs/{run_id}/ws", {"Content-Length": "5"}) + b"hello"
    for data in (
        request,
        handshake(arena.client, f"/v1/runs/{run_id}/ws", {"Transfer-Encoding": "chunked"})
        + b"5\r\nhello\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 1000,
        head(arena.client, "CONNECT evil.test:443 HTTP/1.1"),
        head(arena.client, "TRACE / HTTP/1.1"),
        b"\x16\x03\x01" + b"\0" * 500,
    ):
        answer = arena.client.send_raw(data)
        assert answer.status in (400, 405), (data[:40], answer)


def test_162_websocket_floods_are_bounded(arena):
    http = arena.server.http_pid()
    run_id = arena.client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    flood = WebSocket(arena.client, run_id, headers=offer)
    assert "sec-websocket-extensions" not in flood.headers, "no compression, so no bomb"
    before = memory_kib(http)
    flood.send_raw(b"".join([b"\x89\x80\0\0\0\0"] * 100_000))  # pings whose answers nobody reads
    assert memory_kib(http) - before < 16 << 10
    flood.close_rst()
    assert arena.client.finished(run_id)["cause"] == "client_disconnected"


def test_162_frame_that_announces_2_to_the_63_bytes(arena):
    run_id = arena.client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})
    for size in (b"\xff" * 8, b"\x7f" + b"\xff" * 7, (16 << 20).to_bytes(8, "big")):
        with WebSocket(arena.client, run_id) as sock:
            sock.wait_for("started")
            sock.send_raw(bytes([0x80 | TEXT, 0xFF]) + size + b"mask" + b"x" * 100)
            assert sock.wait_for_close().code in (1002, 1009)
        run_id = arena.client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})


def test_162_storm_of_connects_and_closes(arena):
    run_id = arena.client.start("python", ECHO, on_disconnect="detach", limits={"wall_ms": 60000})
    for number in range(200):
        sock = WebSocket(arena.client, run_id)
        if number % 4 == 0:
            sock.send_frame(PING, b"x")
        (sock.close_fin, sock.close_rst, sock.half_close)[number % 3]()
        if number % 3 == 2:
            with pytest.raises(Closed):
                while True:
                    sock.next()
            sock.close_fin()
    assert arena.client.stop(run_id)["stopped"] is True


PATHS = [
    ("/v1/runs/%252e%252e/languages", 404),
    ("/v1/runs/%2e%2e%2flanguages", 404),
    ("/v1//runs", 404),
    ("/v1/runs/", 404),
    ("/v1/runs/%00", 404),
    ("/v1/runs/%", 400),
    ("/v1/runs/%zz", 400),
    ("/v1/runs/\\..\\languages", 400),
    ("/v1/runs/" + "x" * 4000, 404),
    ("/v1/runs/" + "x" * 65536, 400),
    ("/v1/runs/r_" + "0" * 26 + "/events/", 404),
    ("/v1/RUNS", 404),
    ("/v1/runs;x=y", 404),
    ("/.git/config", 404),
    ("/assets/%2e%2e/index.html", 404),
]


@pytest.mark.parametrize("path, status", PATHS, ids=[path[:40] for path, _ in PATHS])
def test_164_paths_are_exact(arena, path, status):
    for target in (path, path + "?" + "a=b&" * 500):
        answer = arena.client.send_raw(head(arena.client, f"GET {target} HTTP/1.1"))
        assert answer.status == status, answer
        assert "root:" not in answer.text


SIMPLE_TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
)


def test_165_no_route_takes_what_a_form_can_send(arena):
    """The types that a browser sends across sites without asking first, on everything that acts."""
    contract = arena.client.get("/openapi.json").json()
    posts = [path for path, item in contract["paths"].items() if "post" in item]
    assert len(posts) >= 8
    for path in posts:
        target = path.replace("{id}", "r_" + "0" * 26).replace("{key}", "k")
        for content_type in (*SIMPLE_TYPES, None):
            answer = arena.client.post(target, GOOD, {"Content-Type": content_type})
            bytes_only = path.endswith("/stdin") and not (content_type or "").startswith("multi")
            assert answer.status == (404 if bytes_only else 415), (path, content_type, answer)


@pytest.mark.timeout(90)
def test_166_flood_of_connections_leaves_a_neighbour_alone(arena, record_property):
    with Canary(arena.server, address="127.0.0.9") as quiet:
        poll(lambda: quiet.ended, 3.0)
    with Canary(arena.server, address="127.0.0.9") as flooded:
        made = flood_connections(arena.client, seconds=8.0)
    record_property("connections_per_s", round(made / 8.0))
    assert made > 1000, "it was a flood"
    quiet.check()
    flooded.check()
    record_property("quiet_p99_ms", round(quiet.p99()))
    record_property("flooded_p99_ms", round(flooded.p99()))
    assert flooded.p99() < 10 * max(quiet.p99(), 50), (quiet.p99(), flooded.p99())
