"""A run over a WebSocket: events out, stdin, eof, stop and signals in, and how it may end."""

import re
from datetime import datetime, timedelta, timezone

import pytest

from support import procs
from support.client import read_response
from support.server import Server
from support.stream import check_events
from support.wait import wait_until
from support.websocket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket, handshake, refusal

ECHO = "import sys\nfor line in sys.stdin: print('got', line.strip())"
SPIN = "print('up')\nwhile True: pass"
FLOOD = "import sys\nwhile True: sys.stdout.write('x' * 65536)"


@pytest.fixture
def echo(client):
    """A run that answers each line, and a WebSocket to it."""
    run_id = client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.run_id = run_id
        yield socket


def status_of_last_websocket(server):
    pattern = re.compile(r"route=/v1/runs/\{id\}/ws status=(\d+)")
    return wait_until(lambda: pattern.findall(server.folder.log.read_text()), "a line in the log")


def test_events_come_out_and_the_end_is_regular(client, echo):
    echo.wait_for("started")
    echo.send_stdin("one\n")
    echo.wait_for_text("got one\n")
    echo.send({"type": "stdin", "data": "dHdvCg==", "encoding": "base64"})
    echo.wait_for_text("got two\n")
    echo.send({"type": "eof"})
    finished = echo.finish()
    check_events(echo.events)
    assert (finished["cause"], finished["status"]) == ("exit", "succeeded")
    assert "stdout" not in finished and echo.errors == []
    assert echo.events == client.follow(echo.run_id).rest(), "the same events as over SSE"


def test_stop_over_a_websocket_is_a_stop_with_proof(client, marker):
    run_id = client.start("python", SPIN, args=[marker], limits={"wall_ms": 60000})
    processes = procs.wait_for_sandboxed(marker)
    with WebSocket(client, run_id) as socket:
        socket.wait_for_text("up\n")
        socket.send({"type": "stop"})
        finished = socket.finish()
    assert (finished["cause"], finished["status"]) == ("stop", "cancelled")
    assert finished["stop"]["empty"] is True and finished["stop"]["processes_killed"] >= 1
    procs.assert_dead(processes, marker)


def test_stop_with_grace_lets_the_program_say_goodbye(client):
    code = "trap 'echo bye; exit 3' TERM\necho up\nwhile :; do read -t 1 x; done"
    run_id = client.start("bash", code, limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.wait_for_text("up\n")
        socket.send({"type": "stop", "grace_ms": 20000})
        finished = socket.finish()
        assert finished["cause"] == "stop" and socket.text() == "up\nbye\n"


def test_signal_reaches_the_program(client):
    code = "trap 'echo caught; exit 7' INT\necho up\nwhile :; do read -t 1 x; done"
    run_id = client.start("bash", code, limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.wait_for_text("up\n")
        socket.send({"type": "signal", "signal": "SIGINT"})
        finished = socket.finish()
        assert (finished["cause"], finished["exit_code"]) == ("exit", 7)
        assert socket.text() == "up\ncaught\n"


def test_late_websocket_gets_what_was_kept(client):
    run_id = client.start("python", "for i in range(50): print(i)")
    client.finished(run_id)
    whole = client.follow(run_id).rest()
    with WebSocket(client, run_id) as socket:
        socket.finish()
        assert socket.events == whole
    with WebSocket(client, run_id, query=f"?last_event_id={whole[-1].seq - 1}") as socket:
        socket.finish()
        assert [event.type for event in socket.events] == ["finished"]


# --- how a client leaves -------------------------------------------------------------------------

ENDS = {
    "close frame": lambda socket: socket.close(),
    "fin": lambda socket: socket.close_fin(),
    "half close": lambda socket: socket.half_close(),
    "rst": lambda socket: socket.close_rst(),
}


@pytest.mark.parametrize("end", ENDS)
def test_closing_a_websocket_is_a_reader_that_leaves(client, marker, end):
    run_id = client.start(
        "python", SPIN, on_disconnect="stop", args=[marker], limits={"wall_ms": 60000}
    )
    processes = procs.wait_for_sandboxed(marker)
    socket = WebSocket(client, run_id)
    socket.wait_for_text("up\n")
    ENDS[end](socket)
    run = client.finished(run_id)
    assert (run["status"], run["cause"]) == ("cancelled", "client_disconnected"), run
    procs.assert_dead(processes, marker)


def test_detached_run_outlives_its_websocket(client):
    run_id = client.start("python", ECHO)
    WebSocket(client, run_id).close_rst()
    with WebSocket(client, run_id) as again:
        again.send_stdin("still here\n")
        again.wait_for_text("got still here\n")
        again.send({"type": "eof"})
        again.finish()


def test_what_was_sent_before_the_end_is_heard(client):
    """A last word, a close frame and FIN in one go."""
    run_id = client.start("python", "print(input())", on_disconnect="detach")
    socket = WebSocket(client, run_id)
    socket.wait_for("started")
    socket.send_stdin("last word\n")
    socket.send_frame(CLOSE, b"\x03\xe8")
    socket.close_fin()
    assert client.finished(run_id)["stdout"] == "last word\n"


def test_early_end_is_logged_as_499_and_a_whole_one_as_101(own_server):
    server = own_server()
    client = server.client()
    run_id = client.start("python", "input()")
    WebSocket(client, run_id).close()
    assert status_of_last_websocket(server) == ["499"]
    with WebSocket(client, run_id) as socket:
        socket.send({"type": "eof"})
        socket.finish()
    wait_until(lambda: status_of_last_websocket(server) == ["499", "101"], "the second line")


# --- wrong messages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message, code, field",
    [
        ("{", "invalid_json", None),
        ("[]", "invalid_shape", None),
        ("{}", "invalid_shape", "type"),
        ({"type": "kill"}, "invalid_value", "type"),
        ({"type": "stdin"}, "invalid_shape", "data"),
        ({"type": "stdin", "data": "*", "encoding": "base64"}, "invalid_value", "data"),
        ({"type": "stdin", "data": "x", "encoding": "latin1"}, "invalid_value", "encoding"),
        ({"type": "eof", "data": ""}, "unknown_field", "data"),
        ({"type": "stop", "grace_ms": -1}, "invalid_value", "grace_ms"),
        ({"type": "signal", "signal": "9"}, "invalid_value", "signal"),
    ],
)
def test_wrong_message_is_answered_and_nothing_is_lost(echo, message, code, field):
    echo.wait_for("started")
    echo.send(message)
    error = echo.next_error()
    assert (error["code"], error["field"]) == (code, field), error
    assert error["detail"]
    echo.send_stdin("x\n")
    echo.wait_for_text("got x\n")


def test_stdin_that_is_closed_is_an_error_object(client):
    run_id = client.start("python", SPIN, limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.wait_for_text("up\n")
        socket.send({"type": "eof"})
        socket.send_stdin("late\n")
        assert socket.next_error()["code"] == "conflict"
        socket.send({"type": "stop"})
        socket.finish()


def test_too_much_stdin_is_refused_whole(client):
    run_id = client.start("bash", "read line; read rest; echo ${#line}", limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.wait_for("started")
        while not socket.errors:  # what the pipe and the buffer hold, and then no more
            socket.send_stdin("y" * 400_000)
            socket.send({"type": "signal", "signal": "none"})
            socket.next_error()
            if socket.errors[-1]["code"] == "invalid_value":
                socket.errors.clear()
        assert socket.errors[0]["code"] == "too_large"
        client.stop(run_id)
        socket.finish()


def test_many_wrong_messages_end_the_connection(echo):
    for _ in range(40):
        echo.send({"type": "nonsense"})
    assert echo.wait_for_close().code == 1008
    assert len(echo.errors) == 32


# --- the protocol itself -------------------------------------------------------------------------


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


# --- quiet, slow and stalled clients -------------------------------------------------------------


@pytest.fixture(scope="module")
def impatient():
    """Pings after 300 ms; what does not answer in as long again is cut."""
    with Server(config={"keepalive_ms": 300}) as server:
        yield server


def test_quiet_client_that_answers_pings_stays(impatient):
    client = impatient.client()
    run_id = client.start("python", ECHO, on_disconnect="stop", limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        while socket.pings < 4:
            opcode, payload = socket.receive_frame()
            if opcode == PING:
                socket.pings += 1
                socket.send_frame(PONG, payload)
        socket.send_stdin("here\n")
        socket.wait_for_text("got here\n")
        socket.send({"type": "eof"})
        socket.finish()


def test_client_that_answers_no_ping_is_cut(impatient):
    client = impatient.client()
    run_id = client.start("python", SPIN, on_disconnect="stop", limits={"wall_ms": 60000})
    socket = WebSocket(client, run_id)
    socket.answers_pings = False
    assert socket.wait_for_close().code is None and socket.pings == 1
    assert client.finished(run_id)["cause"] == "client_disconnected"
    wait_until(lambda: "408" in status_of_last_websocket(impatient), "a 408 in the log")
    socket.close_fin()


def test_stalled_websocket_paces_nobody(client):
    """It takes nothing, and the program prints all it has at its own speed."""
    code = "import sys\ninput()\nfor _ in range(500): sys.stdout.write('x' * 65536)"
    run_id = client.start("python", code, limits={"wall_ms": 60000, "output_bytes": 1 << 26})
    with WebSocket(client, run_id, receive_buffer=4096) as socket:
        client.send_stdin(run_id, b"\n")
        run = client.finished(run_id)
        assert (run["cause"], run["usage"]["stdout_bytes"]) == ("exit", 500 * 65536)
        finished = socket.finish()
        missing = [event for event in socket.events if event.type == "truncated"]
        assert len(missing) == 1, "it fell behind what is kept, once"
        got = len(socket.text())
        assert got + missing[0].data["missing_bytes"] == finished["usage"]["stdout_bytes"]


# --- tickets -------------------------------------------------------------------------------------


def make_ticket(client, run_id):
    answer = client.post("/v1/tickets", {"run": run_id})
    assert answer.status == 201, answer
    body = answer.json()
    assert set(body) == {"ticket", "expires_at"}
    return body["ticket"]


def test_ticket_opens_a_websocket_without_a_token(client, server):
    run_id = client.start("python", "print('hello')")
    browser = server.client(token=None)
    with WebSocket(browser, run_id, query=f"?ticket={make_ticket(client, run_id)}") as socket:
        socket.finish()
        assert socket.text() == "hello\n"


def test_ticket_opens_the_event_stream_without_a_token(client, server):
    run_id = client.start("python", "print('hello')")
    ticket = make_ticket(client, run_id)
    answer = server.client(token=None).get(f"/v1/runs/{run_id}/events?ticket={ticket}")
    assert answer.status == 200 and '"data":"hello\\n"' in answer.text


def test_ticket_is_good_once(client, server):
    run_id = client.start("python", "print('hello')")
    path = f"/v1/runs/{run_id}/events?ticket={make_ticket(client, run_id)}"
    browser = server.client(token=None)
    assert browser.get(path).status == 200
    assert browser.get(path).json()["code"] == "unauthorized"
    assert refusal(browser, path.replace("/events", "/ws")).status == 401


def test_ticket_is_good_for_one_run_only(client, server):
    one, other = client.start("python", "print(1)"), client.start("python", "print(2)")
    ticket = make_ticket(client, one)
    browser = server.client(token=None)
    assert browser.get(f"/v1/runs/{other}/events?ticket={ticket}").status == 401
    assert browser.get(f"/v1/runs/{one}/events?ticket={ticket}").status == 401, "it is used up"


def test_ticket_opens_nothing_else(client, server):
    run_id = client.start("python", "print(1)")
    browser = server.client(token=None)
    for path in (f"/v1/runs/{run_id}", "/v1/runs", f"/v1/runs/{run_id}/stdin"):
        method = "POST" if path.endswith("stdin") else "GET"
        ticket = make_ticket(client, run_id)
        assert browser.request(method, f"{path}?ticket={ticket}").status == 401, path


def test_ticket_does_not_excuse_a_foreign_origin_or_host(client, server):
    run_id = client.start("python", "print(1)")
    browser = server.client(token=None)
    path = f"/v1/runs/{run_id}/ws?ticket={make_ticket(client, run_id)}"
    assert refusal(browser, path, {"Origin": "http://evil.example"}).status == 403
    assert refusal(browser, path, {"Host": "evil.example"}).status == 403


def test_made_up_ticket_is_refused_even_with_a_token(client):
    run_id = client.start("python", "print(1)")
    for ticket in ("", "t_" + "0" * 26, "nonsense"):
        assert client.get(f"/v1/runs/{run_id}/events?ticket={ticket}").status == 401


@pytest.mark.parametrize(
    "body, status, code, field",
    [
        ("{", 400, "invalid_json", None),
        ([], 400, "invalid_shape", None),
        ({}, 400, "invalid_shape", "run"),
        ({"run": 1}, 400, "invalid_shape", "run"),
        ({"run": "r_" + "0" * 26}, 404, "not_found", "run"),
        ({"run": "r_1", "for": "me"}, 422, "unknown_field", "for"),
    ],
)
def test_bad_ticket_request(client, body, status, code, field):
    answer = client.post("/v1/tickets", body)
    assert answer.status == status, answer
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)


def test_ticket_needs_a_token(server):
    assert server.client(token=None).post("/v1/tickets", {"run": "r_1"}).status == 401


def test_expired_ticket_is_refused(own_server):
    server = own_server(config={"ticket_ms": 1})
    client = server.client()
    run_id = client.start("python", "print(1)")
    answer = client.post("/v1/tickets", {"run": run_id}).json()
    expires = datetime.fromisoformat(answer["expires_at"].replace("Z", "+00:00"))
    wait_until(lambda: datetime.now(timezone.utc) > expires + timedelta(milliseconds=5), "its end")
    path = f"/v1/runs/{run_id}/events?ticket={answer['ticket']}"
    assert server.client(token=None).get(path).status == 401


def test_tickets_are_not_in_the_log(own_server):
    server = own_server()
    client = server.client()
    run_id = client.start("python", "print(1)")
    ticket = make_ticket(client, run_id)
    assert server.client(token=None).get(f"/v1/runs/{run_id}/events?ticket={ticket}").status == 200
    wait_until(lambda: "/events status=200" in server.folder.log.read_text(), "the request's line")
    assert ticket not in server.folder.log.read_text()
