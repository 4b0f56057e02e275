"""Load on the HTTP server, and a client beside it that only wants to be served."""

import multiprocessing
import socket
import threading
import time
from concurrent.futures import ProcessPoolExecutor

from support.stream import close_rst
from support.wait import Deadline, elapsed_ms


class Canary(threading.Thread):
    """Says hello again and again, and asks for health, until it is told to end; one failure ends it."""

    def __init__(self, server, address=None, bound_ms=10_000):
        super().__init__(daemon=True)
        self._client = server.client()
        if address:
            self._client.connect = self._from(address)
        self._told_to_end = threading.Event()
        self._bound = bound_ms
        self.hellos = []
        self.health = []
        self.failure = None

    def _from(self, address):
        def connect(receive_buffer=None):
            sock = socket.create_connection(
                (self._client.host, self._client.port), self._client.timeout, (address, 0)
            )
            return sock

        return connect

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._told_to_end.set()
        self.join()

    @property
    def ended(self):
        return self.failure is not None

    def run(self):
        try:
            while not self._told_to_end.is_set():
                self._once()
        except Exception as error:  # a thread's own: told by check()
            self.failure = error

    def _once(self):
        start = time.monotonic()
        assert self._client.get("/healthz").status == 200
        self.health.append(elapsed_ms(start))
        start = time.monotonic()
        run = self._client.run("python", "print('hello')", keep=False)
        assert run["stdout"] == "hello\n", run
        self.hellos.append(elapsed_ms(start))

    def p99(self):
        return percentile(self.hellos, 0.99)

    def check(self):
        assert self.failure is None, repr(self.failure)
        assert self.hellos, "there was time for a hello"
        slowest = max(self.hellos + self.health)
        assert slowest < self._bound, f"it waited {slowest:.0f} ms"


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def flood_connections(client, seconds):
    """Connects and leaves as fast as one process can; how often. In a process of its own, so that
    the client beside it does not wait for this interpreter."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        return pool.submit(_flood, client.host, client.port, seconds).result()


def _flood(host, port, seconds):
    deadline, made = Deadline(seconds), 0
    while not deadline.passed():
        sock = socket.socket()
        sock.connect((host, port))
        close_rst(sock)
        made += 1
    return made
