"""The less common ways in which a client is lost, or only seems to be; and what is logged."""

import ctypes
import re
import socket
import struct
import threading

import pytest

from support import procs
from support.client import read_response
from support.server import Server
from support.stream import close_fin, close_rst
from support.wait import wait_until

SPIN = "while True: pass"
LONG = {"wall_ms": 60000}
TCP_REPAIR = 19
SO_ATTACH_FILTER = 26
BPF_RET = 0x06


def newest_finished(client, before):
    run_id = wait_until(lambda: (found := client.newest_id()) != before and found, "the run")
    return client.finished(run_id)


def statuses(server, route="/v1/runs"):
    """The statuses in the access log for POST of this route, in order."""
    pattern = re.compile(rf"method=POST route={route} status=(\d+)")
    return pattern.findall(server.folder.log.read_text())


def count_in_metrics(client, status):
    pattern = re.compile(rf'leash_http_requests_total\{{route="/v1/runs",status="{status}"\}} (\d+)')
    found = pattern.search(client.get("/metrics").text)
    return int(found[1]) if found else 0


def vanish(sock):
    """The client's machine loses its power: no FIN, no RST, no answer from a process."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.close()


def lose_every_packet(sock):
    """The network between drops what is sent to this socket: nothing is acknowledged or reset."""
    drop = ctypes.create_string_buffer(struct.pack("HBBI", BPF_RET, 0, 0, 0))
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(drop))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


# --- the demonstration of docs/disconnect.md -----------------------------------------------------


def test_r66_refresh_ends_the_first_request_s_work_and_the_second_runs_on(client, marker):
    """Somebody presses F5: the browser closes the first request and sends it again."""
    code = "import time, sys\nfor i in range(int(sys.argv[2])):\n    time.sleep(0.1)\nprint('done')"
    before = client.newest_id()
    first = client.send_run("python", code, args=[marker, "600"], limits=LONG)
    processes = procs.wait_for_sandboxed(marker)
    first_id = wait_until(lambda: (found := client.newest_id()) != before and found, "the run")
    close_fin(first)
    second = client.send_run("python", code, args=["second", "5"], limits=LONG)
    answer = read_response(second).json()
    assert (answer["cause"], answer["stdout"]) == ("exit", "done\n")
    run = client.finished(first_id)
    assert (run["status"], run["cause"], run["stdout"]) == ("cancelled", "client_disconnected", "")
    procs.assert_dead(processes, marker)


def test_r65_contrast_a_detached_run_goes_on_after_the_refresh(client):
    code = "input()\nprint('worked to the end')"
    before = client.newest_id()
    sock = client.send_run("python", code, accept="text/event-stream", on_disconnect="detach")
    run_id = wait_until(lambda: (found := client.newest_id()) != before and found, "the run")
    close_rst(sock)
    assert client.send_stdin(run_id, b"go\n").status == 204
    run = client.finished(run_id)
    assert (run["cause"], run["stdout"]) == ("exit", "worked to the end\n")


# --- bytes in front of the FIN -------------------------------------------------------------------


def test_r76_much_pipelined_does_not_hide_a_fin(client, marker):
    before = client.newest_id()
    sock = client.send_run("python", SPIN, args=[marker], limits=LONG)
    processes = procs.wait_for_sandboxed(marker)
    sock.sendall(client.encode("GET", "/healthz", headers={"Connection": "keep-alive"}) * 200)
    close_fin(sock)
    run = newest_finished(client, before)
    assert run["cause"] == "client_disconnected", run
    procs.assert_dead(processes, marker)


def test_r77_unread_body_does_not_hide_a_fin(client, marker):
    """Half of a second request's body waits in the socket while the first one's answer is owed."""
    before = client.newest_id()
    body = {"language": "python", "code": SPIN, "args": [marker], "limits": LONG}
    sock = client.connect()
    sock.sendall(client.encode("POST", "/v1/runs", body, {"Connection": "keep-alive"}))
    processes = procs.wait_for_sandboxed(marker)
    half = client.encode("POST", "/v1/runs", "x" * 200_000)[:100_000]
    sock.sendall(half)
    assert procs.alive({process.identity for process in processes}), "it is no abort by itself"
    close_fin(sock)
    run = newest_finished(client, before)
    assert run["cause"] == "client_disconnected", run
    procs.assert_dead(processes, marker)


def test_r67_reset_while_the_answer_is_being_written(client, marker):
    """The write fails; the run is let go like any other whose client has left."""
    stream = client.stream("python", "while True: print('x' * 4000)", args=[marker], limits=LONG)
    stream.wait_for("stdout")
    processes = procs.wait_for_sandboxed(marker)
    stream.close_rst()
    assert client.finished(stream.run_id)["cause"] == "client_disconnected"
    procs.assert_dead(processes, marker)


# --- half-close ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lenient():
    """half_close = "ignore", and quiet connections are probed after a second."""
    with Server(config={"half_close": "ignore", "keepalive_ms": 1000}) as server:
        yield server


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_r75_half_close_is_no_abort_where_it_is_ignored(lenient, accept):
    client = lenient.client()
    sock = client.send_run("python", "import time\ntime.sleep(0.3)\nprint('lived')", accept=accept)
    sock.shutdown(socket.SHUT_WR)
    assert "lived" in read_response(sock).text
    sock.close()


def test_r75_reset_counts_all_the_same(lenient, marker):
    client = lenient.client()
    before = client.newest_id()
    sock = client.send_run("python", SPIN, args=[marker], limits=LONG)
    procs.wait_for_sandboxed(marker)
    sock.shutdown(socket.SHUT_WR)
    close_rst(sock)
    assert newest_finished(client, before)["cause"] == "client_disconnected"


def test_r75_full_close_of_a_stream_is_found_by_writing(lenient, marker):
    """Only a FIN comes, as with a half-close; the next line or comment is answered by a reset."""
    client = lenient.client()
    stream = client.stream("python", SPIN, args=[marker], limits=LONG)
    stream.wait_for("started")
    stream.close_fin()
    assert client.finished(stream.run_id)["cause"] == "client_disconnected"


# --- silent loss ---------------------------------------------------------------------------------


def check_that_loss_is_found(server, marker, accept, code, lose):
    """A run ends when its client is lost as `lose` does it to the client's socket."""
    client = server.client()
    before = client.newest_id()
    sock = client.send_run("python", code, accept=accept, args=[marker], limits=LONG)
    processes = procs.wait_for_sandboxed(marker)
    lose(sock)
    run = newest_finished(client, before)
    assert (run["status"], run["cause"]) == ("cancelled", "client_disconnected"), run
    procs.assert_dead(processes, marker)
    sock.close()


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_client_that_vanishes_without_a_word_is_found_by_probing(lenient, marker, accept):
    check_that_loss_is_found(lenient, marker, accept, SPIN, vanish)


# Little, so that the client, which does not read, has room for it: who has none is a slow client.
PRINTING = "import time\nwhile True: print('x'); time.sleep(0.02)"


@pytest.mark.parametrize("code", [SPIN, PRINTING], ids=["silent", "printing"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_r75_network_that_drops_every_packet(lenient, marker, accept, code):
    """Probes of a quiet connection, and what was written to one that is not, stay unacknowledged."""
    check_that_loss_is_found(lenient, marker, accept, code, lose_every_packet)


# --- a proxy in front ----------------------------------------------------------------------------


class Proxy:
    """A TCP proxy for one connection: bytes and FIN go on in both directions."""

    def __init__(self, port):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._target = port
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self):
        near, _ = self._listener.accept()
        far = socket.create_connection(("127.0.0.1", self._target))
        back = threading.Thread(target=forward, args=(far, near), daemon=True)
        back.start()
        forward(near, far)
        back.join()
        near.close()
        far.close()
        self._listener.close()


def forward(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        target.close()


def test_proxy_that_passes_the_fin_on(server, client, marker):
    proxy = Proxy(server.port)
    through = server.client()
    through.port = proxy.port
    before = client.newest_id()
    body = {"language": "python", "code": SPIN, "args": [marker], "limits": LONG}
    host = {"Host": f"127.0.0.1:{server.port}"}
    sock = through.connect()
    sock.sendall(through.encode("POST", "/v1/runs", body, host))
    processes = procs.wait_for_sandboxed(marker)
    close_fin(sock)
    assert newest_finished(client, before)["cause"] == "client_disconnected"
    procs.assert_dead(processes, marker)


# --- the last byte, and what is logged -----------------------------------------------------------


def test_r78_disconnect_after_the_last_byte_is_a_200(own_server):
    server = own_server()
    client = server.client()
    accepts = ["application/json", "text/event-stream", "application/x-ndjson"]
    for number in range(15):
        sock = client.send_run("bash", "echo x", accept=accepts[number % 3])
        assert read_response(sock).status == 200  # to its last byte
        close_rst(sock)
    wait_until(lambda: len(statuses(server)) == 15, "a line for each")
    assert statuses(server) == ["200"] * 15
    assert count_in_metrics(client, 499) == 0
    assert {run["cause"] for run in client.runs(limit=50)["runs"]} == {"exit"}


def test_r61_499_is_for_clients_that_left_and_for_nothing_else(own_server, marker):
    """A timeout, a stop and a slow client are no client aborts, though all end a run early."""
    server = own_server(config={"slow_client_ms": 500})
    client = server.client()
    assert client.run("python", SPIN, limits={"wall_ms": 200})["cause"] == "wall_limit"
    with client.stream("python", SPIN, limits=LONG) as stream:
        client.stop(stream.run_id)
        stream.finish()
    flood = "while True: print('x' * 60000)"
    limits = {"output_bytes": 1 << 32, **LONG}
    stream = client.stream("python", flood, receive_buffer=4096, limits=limits)
    assert client.finished(stream.run_id)["cause"] == "slow_client"
    wait_until(lambda: len(statuses(server)) == 3, "three lines")
    assert statuses(server) == ["200", "200", "408"]
    assert count_in_metrics(client, 499) == 0
    sock = client.send_run("python", SPIN, args=[marker], limits=LONG)
    procs.wait_for_sandboxed(marker)
    close_fin(sock)
    wait_until(lambda: count_in_metrics(client, 499) == 1, "one 499")
    assert statuses(server)[-1] == "499"
    assert "error" not in server.folder.log.read_text().lower(), "a client that leaves is no error"
