"""Many connections to one server at once, from as many loopback addresses as it takes."""

import errno
import selectors
import socket
import time

from support.wait import Deadline

PER_ADDRESS = 500  # below the server's own bound


class Crowd:
    """Owns the connections. A server that closes one of them is noticed by `sweep`."""

    def __init__(self, client, count, per_address=PER_ADDRESS, first_address=2):
        self.client = client
        self.closed = 0
        self._selector = selectors.DefaultSelector()
        for number in range(count):
            self._open(f"127.0.0.{first_address + number // per_address}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def __len__(self):
        return len(self._selector.get_map())

    def _open(self, address):
        sock = socket.socket()
        sock.bind((address, 0))
        sock.settimeout(self.client.timeout)
        sock.connect((self.client.host, self.client.port))
        sock.setblocking(False)
        self._selector.register(sock, selectors.EVENT_READ)

    def send(self, data):
        """To each of them; one that is gone is left to `sweep`."""
        for key in list(self._selector.get_map().values()):
            try:
                key.fileobj.send(data)
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                pass

    def sweep(self, seconds=0.0):
        """Takes those out that the server has closed, waiting so long for the first of them."""
        for key, _ in self._selector.select(seconds):
            try:
                data = key.fileobj.recv(65536)
            except BlockingIOError:
                continue
            except OSError as error:
                assert error.errno == errno.ECONNRESET, error
                data = b""
            if not data:
                self._selector.unregister(key.fileobj)
                key.fileobj.close()
                self.closed += 1

    def wait_closed(self, seconds):
        """Until the server has closed them all; how long it took."""
        deadline, start = Deadline(seconds), time.monotonic()
        while len(self):
            assert not deadline.passed(), f"{len(self)} connections are open after {seconds} s"
            self.sweep(min(0.2, deadline.left()))
        return time.monotonic() - start
