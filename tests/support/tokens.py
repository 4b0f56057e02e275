"""Tokens of a server under test, made and removed with `leash token`."""

import subprocess

from support.client import Client
from support.server import BINARY, clean_environment
from support.wait import wait_until


class Tokens:
    """`leash token …` for one state folder."""

    def __init__(self, server):
        self.server = server

    def __call__(self, *arguments):
        return subprocess.run(
            [BINARY, "token", *arguments, "--state-dir", str(self.server.folder.path)],
            capture_output=True,
            text=True,
            env=clean_environment(),
            timeout=30,
        )

    def add(self, name, *options):
        """A client with the new token."""
        result = self("add", name, *options)
        assert result.returncode == 0, result
        secret = result.stdout.strip()
        assert len(secret) == 43 and "\n" not in secret
        return Client("127.0.0.1", self.server.port, secret)

    def remove(self, name):
        result = self("remove", name)
        assert result.returncode == 0, result

    def remove_all(self):
        """And waits for the end of what they ran."""
        for line in self("list").stdout.splitlines()[1:]:
            self.remove(line.split()[0])
        admin = self.server.client()
        wait_until(lambda: b"leash_runs_running 0" in admin.get("/metrics").body, "the end")
