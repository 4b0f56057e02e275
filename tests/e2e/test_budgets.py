"""Time budgets nest: queue wait, start, compile, run, stop and answer each have their share, and
nobody is left without an answer, however full the server is."""

import threading
import time

import pytest

from support.client import read_response
from support.server import Server
from support.wait import elapsed_ms, wait_until

QUEUE_WAIT, WALL, COMPILE_WALL = 1200, 300, 1000
#: What a noisy machine may add: starts, stops and answers of many runs at once on two cores.
SLACK = 12_000
SPIN = "while True: pass"
ENDLESS_COMPILE = (
    "template<int N, int M> struct T { static const int v = T<N - 1, M>::v + T<N - 1, M + 1>::v; };\n"
    "template<int M> struct T<0, M> { static const int v = M; };\n"
    "int main() { return T<800, 0>::v; }"
)


@pytest.fixture(scope="module")
def narrow():
    """Two runs at a time, a short wait for a place, small shares for everything."""
    config = {"queue_wait_ms": QUEUE_WAIT, "write_margin_ms": 400}
    with Server("--max-running", "2", config=config) as server:
        yield server


class Waiter(threading.Thread):
    """A client that posts a run and waits for its JSON."""

    def __init__(self, client, body):
        super().__init__(daemon=True)
        self.client, self.body = client, body
        self.answer = self.error = None
        self.took_ms = 0.0

    def run(self):
        start = time.monotonic()
        try:
            self.answer = self.client.post("/v1/runs", self.body)
        except OSError as error:
            self.error = error
        self.took_ms = elapsed_ms(start)


def test_r41_r71_under_full_load_every_waiter_gets_its_json(narrow):
    """Forty programs that never end, for two places: each is answered within the sum of its shares,
    by its own limit or the queue's, and none by a closed connection."""
    bodies = [
        {"language": "python", "code": SPIN, "limits": {"wall_ms": WALL}},
        {
            "language": "cpp",
            "code": ENDLESS_COMPILE,
            "limits": {"wall_ms": WALL},
            "compile_limits": {"wall_ms": COMPILE_WALL},
        },
    ]
    waiters = [Waiter(narrow.client(timeout=60), bodies[i % 8 == 7]) for i in range(40)]
    for waiter in waiters:
        waiter.start()
    for waiter in waiters:
        waiter.join(90)
    causes = set()
    for waiter in waiters:
        assert waiter.error is None and waiter.answer.status == 200, (waiter.error, waiter.answer)
        run = waiter.answer.json()
        assert (run["state"], run["status"]) == ("finished", "timed_out"), run
        causes.add((run["cause"], run["phase"]))
        assert waiter.took_ms < QUEUE_WAIT + COMPILE_WALL + WALL + SLACK, (waiter.took_ms, run)
        assert run["timing"]["total_ms"] <= waiter.took_ms
    assert ("wall_limit", "run") in causes and ("queue_limit", "queue") in causes, causes


def test_r39_a_limit_strikes_at_its_time_and_not_before(narrow):
    for wall in (200, 700):
        run = narrow.client().run("python", SPIN, limits={"wall_ms": wall})
        assert run["cause"] == "wall_limit"
        assert wall <= run["timing"]["run_ms"] < wall + 3000, run["timing"]


def test_the_wait_in_the_queue_is_not_the_program_s_time(narrow):
    """Both have their whole share: the one that had to wait runs as long as the one that had not."""
    client = narrow.client()
    limits = {"wall_ms": 600}
    first = [client.start("python", SPIN, limits=limits) for _ in range(2)]
    waited = client.run("python", SPIN, limits=limits)
    assert waited["timing"]["queued_ms"] > 100
    for run in [waited, *map(client.finished, first)]:
        assert run["cause"] == "wall_limit" and run["timing"]["run_ms"] >= 600, run["timing"]


def test_r40_a_client_that_does_not_take_its_answer_is_let_go_after_the_margin(narrow):
    """The run ended well; its answer is more than the client's and the kernel's buffers hold."""
    client = narrow.client()
    code = "import sys\nfor _ in range(120): sys.stdout.write('\\x01' * 65536)"
    limits = {"output_bytes": 8 << 20, "wall_ms": 20000}
    sock = client.send_run("python", code, receive_buffer=4096, limits=limits)
    log = narrow.folder.log
    wait_until(lambda: "method=POST route=/v1/runs status=408" in log.read_text(), "a 408", 20)
    assert client.runs(limit=1)["runs"][0]["cause"] == "exit", "the run was not to blame"
    sock.close()


def test_r42_a_request_that_took_long_to_arrive_has_its_whole_time_to_run(narrow):
    """The times for reading are apart from the time for running."""
    client = narrow.client()
    body = {"language": "python", "code": SPIN, "limits": {"wall_ms": 500}}
    request = client.encode("POST", "/v1/runs", body)
    with client.connect() as sock:
        for start in range(0, len(request), 40):
            sock.sendall(request[start : start + 40])
        run = read_response(sock).json()
    assert run["cause"] == "wall_limit" and run["timing"]["run_ms"] >= 500
