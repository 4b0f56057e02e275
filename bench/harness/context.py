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
    def hosting(self):
        """The server itself, as the tests know it."""
        return self._server

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

    def reset_peak_rss(self):
        """What is resident of the server's two processes, in bytes; from now on peak_rss() is of what
        comes."""
        for pid in self._processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        return self._resident("VmRSS")

    def peak_rss(self):
        """The most that was resident of each since reset_peak_rss(), summed up, in bytes."""
        return self._resident("VmHWM")

    def _processes(self):
        return self._server.http_pid(), self._server.spawner_pid

    def _resident(self, field):
        texts = (Path(f"/proc/{pid}/status").read_text() for pid in self._processes())
        return sum(int(re.search(rf"{field}:\s+(\d+)", text)[1]) * 1024 for text in texts)

    @staticmethod
    def workerd():
        return Workerd()

    @staticmethod
    def docker(sources):
        return Docker(sources)
