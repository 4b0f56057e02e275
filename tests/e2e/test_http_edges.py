"""HTTP below the routes: framing, sizes, pipelining, slow and broken clients. Two requests are
never made out of one, and no client keeps another one waiting."""

import socket
import time

import pytest

from support import procs
from support.client import read_response
from support.raw_http import head, is_closed, read_one
from support.wait import elapsed_ms, wait_until

BODY = b'{"language":"bash","code":"echo x"}'


REFUSED_HEADS = [
    ("garbage", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ("no version", b"GET /healthz\r\n\r\n", 400),
    ("unknown version", b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n", (400, 505)),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 505)),
    ("bad name", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n", 400),
    ("space before colon", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX : x\r\n\r\n", 400),
    ("NUL in a value", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", 400),
    ("bare CR", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n", 400),
]


@pytest.mark.parametrize(
    "data, status", [h[1:] for h in REFUSED_HEADS], ids=[h[0] for h in REFUSED_HEADS]
)
def test_broken_heads(client, data, status):
    with client.connect() as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        answer = read_response(sock)
        assert answer.status in (status if isinstance(status, tuple) else (status,)), answer


FRAMINGS = [
    ("two different lengths", ["Content-Length: 35", "Content-Length: 5"]),
    ("length list", ["Content-Length: 35, 5"]),
    ("negative length", ["Content-Length: -1"]),
    ("length with a sign", ["Content-Length: +35"]),
    ("length in hex", ["Content-Length: 0x23"]),
    ("length over 2^64", ["Content-Length: 99999999999999999999999"]),
    ("length and chunked", ["Content-Length: 35", "Transfer-Encoding: chunked"]),
    ("chunked twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]),
    ("unknown encoding", ["Transfer-Encoding: gzip, chunked"]),
    ("encoding that is not last", ["Transfer-Encoding: chunked, identity"]),
]


@pytest.mark.parametrize("lines", [f[1] for f in FRAMINGS], ids=[f[0] for f in FRAMINGS])
def test_ambiguous_framing_is_refused_and_closed(client, lines):
    """What follows the request must never be taken for another one."""
    before = client.newest_id()
    smuggled = head(
        client,
        "POST /v1/runs?async=true HTTP/1.1",
        "Content-Type: application/json",
        "Content-Length: 35",
    )
    data = head(
        client, "POST /v1/runs?async=true HTTP/1.1", "Content-Type: application/json", *lines
    )
    with client.connect() as sock:
        sock.sendall(data + BODY + smuggled + BODY)
        answer = read_response(sock)
        assert answer.status in (400, 411, 413, 501), answer
        assert is_closed(sock)
    assert client.newest_id() == before


def test_chunked_body(client):
    data = head(
        client,
        "POST /v1/runs HTTP/1.1",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:7], BODY[7:20], BODY[20:])
    )
    answer = client.send_raw(data + chunks + b"0\r\n\r\n")
    assert answer.status == 200 and answer.json()["stdout"] == "x\n"


@pytest.mark.parametrize(
    "chunk", [b"zz\r\n", b"-1\r\nx\r\n", b"ffffffffffffffff1\r\n", b"5\r\nabcdefgh\r\n"]
)
def test_bad_chunks(client, chunk):
    before = client.newest_id()
    data = head(
        client,
        "POST /v1/runs HTTP/1.1",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    answer = client.send_raw(data + chunk)
    assert answer.status in (400, 413) and client.newest_id() == before


def test_chunked_body_over_the_cap(client):
    data = head(
        client,
        "POST /v1/runs HTTP/1.1",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    answer = client.send_raw(data + b"10000\r\n" + (b"x" * 0x10000 + b"\r\n10000\r\n") * 40)
    assert answer.status == 413, answer


def test_large_body_is_refused_before_it_is_sent(client):
    """With Expect: 100-continue the refusal comes instead of the go-ahead."""
    lines = ["Content-Type: application/json", "Content-Length: 50000000", "Expect: 100-continue"]
    answer = client.send_raw(head(client, "POST /v1/runs HTTP/1.1", *lines))
    assert answer.status == 413, answer


def test_expect_continue(client):
    lines = [
        "Content-Type: application/json",
        f"Content-Length: {len(BODY)}",
        "Expect: 100-continue",
    ]
    with client.connect() as sock:
        sock.sendall(head(client, "POST /v1/runs HTTP/1.1", *lines))
        assert sock.recv(4096).startswith(b"HTTP/1.1 100")
        sock.sendall(BODY)
        assert read_response(sock).json()["stdout"] == "x\n"


@pytest.mark.parametrize(
    "lines",
    [["X: " + "x" * 17_000], [f"X-{n}: {'y' * 30}" for n in range(600)]],
    ids=["long", "many"],
)
def test_headers_over_16_kib(client, lines):
    answer = client.send_raw(head(client, "GET /healthz HTTP/1.1", *lines))
    assert answer.status in (400, 431), answer


def test_long_target(client):
    assert client.send_raw(head(client, f"GET /{'x' * 65536} HTTP/1.1")).status in (
        400,
        404,
        414,
        431,
    )


def test_keep_alive_and_pipelining(client):
    """Three requests at once are answered in their order on one connection."""
    with client.connect() as sock:
        sock.sendall(head(client, "GET /healthz HTTP/1.1") + head(client, "GET /v1/nope HTTP/1.1"))
        sock.sendall(head(client, "GET /v1/languages HTTP/1.1", "Connection: close"))
        assert [read_one(sock) for _ in range(3)] == [200, 404, 200]
        assert is_closed(sock)


def test_request_byte_by_byte(client):
    with client.connect() as sock:
        for byte in client.encode("POST", "/v1/runs", {"language": "bash", "code": "echo x"}):
            sock.sendall(bytes([byte]))
        assert read_response(sock).json()["stdout"] == "x\n"


def test_head_request(client):
    answer = client.request("HEAD", "/healthz")
    assert answer.status == 200 and answer.body == b""


def test_http_1_0(client):
    data = f"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1:{client.port}\r\n\r\n".encode()
    assert client.send_raw(data).status == 200


def test_http_1_0_needs_no_host_where_probes_need_none(client):
    assert client.send_raw(b"GET /healthz HTTP/1.0\r\n\r\n").status == 200
    data = f"GET /v1/runs HTTP/1.0\r\nAuthorization: Bearer {client.token}\r\n\r\n"
    assert client.send_raw(data.encode()).status == 403
    assert client.send_raw(b"GET /healthz HTTP/1.1\r\n\r\n").status == 400


def test_an_absolute_target_is_refused(client):
    """What stands in it may contradict Host, and nothing but a proxy is sent one."""
    here = f"127.0.0.1:{client.port}"
    for target in (f"http://{here}/v1/runs", "http://evil.example/healthz", f"https://{here}/v1/runs"):
        data = f"GET {target} HTTP/1.1\r\nHost: {here}\r\nAuthorization: Bearer {client.token}\r\n\r\n"
        answer = client.send_raw(data.encode())
        assert (answer.status, answer.headers["connection"]) == (400, "close"), target


def test_incomplete_head_is_closed_after_ten_seconds(client):
    start = time.monotonic()
    with client.connect() as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127")
        assert is_closed(sock)
    assert 5000 < elapsed_ms(start) < 20000


def test_idle_connections_do_not_hinder_others(client):
    idle = [client.connect() for _ in range(200)]
    for sock in idle:
        sock.sendall(b"GET /")
    start = time.monotonic()
    assert client.run("bash", "echo x")["stdout"] == "x\n"
    assert elapsed_ms(start) < 5000
    for sock in idle:
        sock.close()


def test_descriptors_of_the_server_are_given_back(client, server):
    """Fifty clients that vanish in the middle of something leave no descriptor behind."""

    def count():
        return len(procs.look_up(server.http_pid()).descriptors())

    client.get("/healthz")
    before = count()
    for number in range(50):
        sock = client.connect()
        sock.sendall(client.encode("POST", "/v1/runs", BODY)[: number * 4])
        sock.close()
    wait_until(lambda: count() <= before + 5, f"descriptors back to about {before}")
