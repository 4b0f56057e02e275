"""The `leash` command as a user calls it."""

import os
import signal
import subprocess

from support.server import BINARY, clean_environment


class Command:
    """Calls `leash` against one server, which it is told of by the environment."""

    def __init__(self, server=None, **env):
        if server:
            env = {"LEASH_URL": server.url, "LEASH_TOKEN": server.token, **env}
        self._env = clean_environment(**env)

    def __call__(self, *arguments, stdin="", cwd=None, seconds=30):
        """Runs to the end: the CompletedProcess, with text."""
        return subprocess.run(
            [BINARY, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=self._env,
            cwd=cwd,
            timeout=seconds,
        )

    def start(self, *arguments, cwd=None):
        """Starts it; stdout is a pipe to be read line by line."""
        return subprocess.Popen(
            [BINARY, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._env,
            cwd=cwd,
            start_new_session=True,
        )


def interrupt(process):
    """Ctrl-C."""
    os.kill(process.pid, signal.SIGINT)


def end(process, seconds=20):
    """Waits for the end: (exit code, rest of stdout, stderr)."""
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    return process.returncode, out, err
