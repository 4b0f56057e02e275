"""The WebSocket protocol to the letter: frames, close codes, the handshake."""

import pytest

from support.client import read_response
from support.websocket import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    WebSocket,
    handshake,
    refusal,
)

SPIN = "print('up')\nwhile True: pass"


def test_fragments_with_a_ping_between_are_one_message(echo):
    text = b'{"type":"stdin","data":"whole\\n"}'
    echo.send_frame(TEXT, text[:5], fin=False)
    echo.send_frame(PING, b"are you there")
    echo.send_frame(0, text[5:20], fin=False)
    echo.send_frame(0, text[20:])
    echo.wait_for_text("got whole\n")
    assert echo.errors == []


def test_ping_is_answered(echo):
    echo.wait_for("started")
    echo.send_frame(PING, b"marco")
    assert echo.receive_frame() == (PONG, b"marco")


VIOLATIONS = {
    "binary": (1003, lambda s: s.send_frame(BINARY, b'{"type":"eof"}')),
    "not utf-8": (1007, lambda s: s.send_frame(TEXT, b'{"type":"stdin","data":"\xff"}')),
    "too large": (1009, lambda s: s.send_frame(TEXT, b'"' + b"x" * 1_100_000 + b'"')),
    "not masked": (1002, lambda s: s.send_frame(TEXT, b"{}", masked=False)),
    "reserved bits": (1002, lambda s: s.send_frame(TEXT, b"{}", reserved=4)),
    "unknown opcode": (1002, lambda s: s.send_frame(0x3, b"{}")),
    "nothing to continue": (1002, lambda s: s.send_frame(0x0, b"{}")),
    "fragmented ping": (1002, lambda s: s.send_frame(PING, b"", fin=False)),
    "long ping": (1002, lambda s: s.send_frame(PING, b"x" * 126)),
    "close of one byte": (1002, lambda s: s.send_frame(CLOSE, b"\x03")),
    "large by fragments": (1009, lambda s: send_endless_message(s)),
}


def send_endless_message(socket):
    socket.send_frame(TEXT, b'"', fin=False)
    try:
        for _ in range(64):
            socket.send_frame(0x0, b"x" * 65536, fin=False)
    except (BrokenPipeError, ConnectionResetError):
        pass  # ended while it was being sent


@pytest.mark.parametrize("kind", VIOLATIONS)
def test_violation_ends_the_connection_with_its_code_and_the_run_by_policy(client, kind):
    code, violate = VIOLATIONS[kind]
    run_id = client.start("python", SPIN, on_disconnect="stop", limits={"wall_ms": 60000})
    socket = WebSocket(client, run_id)
    socket.wait_for_text("up\n")
    violate(socket)
    closed = socket.wait_for_close()
    # A server that ends while the client is still sending may be cut short by the client's kernel.
    assert closed.code == code or (closed.code is None and kind == "large by fragments"), closed
    socket.close_fin()
    assert client.finished(run_id)["cause"] == "client_disconnected"
    assert client.get("/healthz").status == 200


def test_close_in_the_middle_of_a_message(client):
    run_id = client.start("python", SPIN, on_disconnect="stop", limits={"wall_ms": 60000})
    socket = WebSocket(client, run_id)
    socket.wait_for_text("up\n")
    socket.send_raw(b"\x81\xfe\x10\x00abcd half of it")
    socket.close_fin()
    assert client.finished(run_id)["cause"] == "client_disconnected"


def test_noise_after_the_handshake(client):
    """Whatever bytes come, the server answers others."""
    for noise in (b"\x00" * 4096, b"\xff" * 4096, b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 16):
        run_id = client.start("python", SPIN, on_disconnect="stop", limits={"wall_ms": 60000})
        socket = WebSocket(client, run_id)
        socket.send_raw(noise)
        socket.wait_for_close()
        socket.close_fin()
        assert client.finished(run_id)["cause"] == "client_disconnected"


# --- the handshake -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers, status, code",
    [
        ({"Upgrade": None}, 426, "upgrade_required"),
        ({"Connection": "close"}, 426, "upgrade_required"),
        ({"Upgrade": "h2c"}, 426, "upgrade_required"),
        ({"Sec-WebSocket-Version": "8"}, 426, "upgrade_required"),
        ({"Sec-WebSocket-Version": None}, 426, "upgrade_required"),
        ({"Sec-WebSocket-Key": None}, 400, "bad_request"),
        ({"Sec-WebSocket-Key": "short"}, 400, "bad_request"),
        ({"Origin": "http://evil.example"}, 403, "forbidden"),
        ({"Host": "evil.example"}, 403, "forbidden"),
        ({"Authorization": None}, 401, "unauthorized"),
        ({"Authorization": "Bearer wrong"}, 401, "unauthorized"),
    ],
)
def test_bad_handshake_is_refused(client, headers, status, code):
    run_id = client.start("python", "print(1)")
    answer = refusal(client, f"/v1/runs/{run_id}/ws", headers)
    assert (answer.status, answer.json()["code"]) == (status, code), answer
    if status == 426:
        assert answer.headers["Upgrade"] == "websocket"
        assert answer.headers["Sec-WebSocket-Version"] == "13"


def test_unknown_run_is_404(client):
    for run_id in ("r_" + "0" * 26, "nonsense"):
        assert refusal(client, f"/v1/runs/{run_id}/ws").status == 404


def test_own_page_may_connect(client, server):
    run_id = client.start("python", "print(1)")
    origin = f"http://127.0.0.1:{server.port}"
    with WebSocket(client, run_id, headers={"Origin": origin}) as socket:
        socket.finish()


def test_frames_ahead_of_the_answer_are_refused(client):
    run_id = client.start("python", "print(1)")
    with client.connect() as sock:
        sock.sendall(handshake(client, f"/v1/runs/{run_id}/ws") + b"\x81\x80abcd")
        answer = read_response(sock)
    assert (answer.status, answer.json()["code"]) == (400, "bad_request")
