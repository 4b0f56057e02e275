"""A run over a WebSocket: events out, stdin, eof, stop and signals in, and how it may end."""

import re
import signal

import pytest

from support import procs
from support.server import Server
from support.stream import check_events
from support.wait import wait_until
from support.websocket import CLOSE, ECHO, PING, PONG, WebSocket

SPIN = "print('up')\nwhile True: pass"


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


def test_who_has_all_events_is_told_the_end(client):
    """Whoever lost the close frame comes again, with the last seq; or with one that never was."""
    run_id = client.start("python", "print(1)")
    client.finished(run_id)
    last = client.follow(run_id).rest()[-1].seq
    for seq in (last, last + 5):
        with WebSocket(client, run_id, query=f"?last_event_id={seq}") as socket:
            assert socket.wait_for_close(10).code == 1000 and socket.events == []
    run_id = client.start("python", "input()")
    with WebSocket(client, run_id, query="?last_event_id=1000") as socket:
        client.send_stdin(run_id, b"go\n")
        assert socket.wait_for_close(10).code == 1000 and socket.events == []


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


def test_end_is_seen_while_reading_waits_behind_a_write(client, marker):
    """The client takes nothing, so the answer to its ping waits, and reading with it. Then a FIN."""
    run_id = client.start(
        "python",
        "import sys\nwhile True: sys.stdout.write('x' * 65536)",
        on_disconnect="stop",
        args=[marker],
        limits={"wall_ms": 60000, "output_bytes": 1 << 32},
    )
    processes = procs.wait_for_sandboxed(marker)
    socket = WebSocket(client, run_id, receive_buffer=4096)
    socket.wait_for("stdout")
    socket.send_frame(PING, b"x")
    socket.half_close()
    assert client.finished(run_id)["cause"] == "client_disconnected"
    procs.assert_dead(processes, marker)
    socket.close_rst()


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


def test_websocket_sees_the_end_of_a_server_that_shuts_down(own_server):
    """The run's last event, then the regular close; and nothing of it is left."""
    server = own_server(config={"drain_ms": 300})
    client = server.client()
    run_id = client.start("python", SPIN, limits={"wall_ms": 60000})
    with WebSocket(client, run_id) as socket:
        socket.wait_for_text("up\n")
        server.send_signal(signal.SIGTERM)
        assert socket.finish()["cause"] == "shutdown"
    assert server.wait() == 0
    server.assert_nothing_left()


def test_stalled_websocket_does_not_hold_up_a_shutdown(own_server):
    server = own_server(config={"drain_ms": 0})
    client = server.client()
    code = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    run_id = client.start("python", code, limits={"wall_ms": 60000, "output_bytes": 1 << 32})
    socket = WebSocket(client, run_id, receive_buffer=4096)
    wait_until(lambda: client.show(run_id)["state"] == "running", "the program")
    server.send_signal(signal.SIGTERM)
    assert server.wait(15) == 0
    server.assert_nothing_left()
    socket.close_rst()
