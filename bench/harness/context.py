"""What a case measures with: a server of its own, started once, and the peers it asks for."""

import contextlib
import re
import tempfile
from pathlib import Path

from support.server import Server
from support.warm import wait_warm

from harness.http import Http
from harness.peers import Docker, Workerd


class Bench:
    """`rounds` and `seconds` are the size of every case."""

    def __init__(self, rounds, seconds):
        self.rounds = rounds
        self.seconds = seconds
        self._folder = tempfile.TemporaryDirectory(prefix="leash-bench-")
        self.folder = self._folder.name
        self._server = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    @contextlib.contextmanager
    def server(self, *options):
        """A warmed-up server with its defaults, or these options; for the calls inside."""
        with Server(*options) as server:
            wait_warm(server)
            self._server = server
            try:
                yield server
            finally:
                self._server = None

    @property
    def url(self):
        return self._server.url

    @property
    def port(self):
        return self._server.port

    @property
    def token(self):
        return self._server.token

    def http(self):
        return Http(self.port, self.token)

    def http_rss(self):
        """Resident bytes of the server process."""
        status = Path(f"/proc/{self._server.http_pid()}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    @staticmethod
    def workerd():
        return Workerd()

    @staticmethod
    def docker():
        return Docker()
