"""A `leash serve` process under test: started, watched, killed, checked for leftovers."""

import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from support import leaks, procs
from support.client import Client
from support.wait import Deadline, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LEASH_BIN", str(REPOSITORY / "build/release/leash"))
READY_LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/(?:#token=(\S+))?")


class StateFolder:
    """A private folder for one server instance; outlives restarts, removed by `close`."""

    def __init__(self):
        self.base = Path(tempfile.mkdtemp(prefix="e2e-"))
        self.path = self.base / "state"
        self.path.mkdir(mode=0o700)
        self.temporary = self.base / "tmp"
        self.temporary.mkdir()
        self.log = self.base / "server.log"
        self.config = self.base / "leash.toml"

    def close(self):
        shutil.rmtree(self.base)


def clean_environment(**extra):
    """The caller's environment without anything that configures leash, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEASH_")}
    return {**kept, **extra}


class Server:
    """Owns one server process. `config` goes to leash.toml, `env` on top of ours, `prefix` before
    the command."""

    def __init__(
        self,
        *options,
        listen=("127.0.0.1:0",),
        config=None,
        env=None,
        folder=None,
        prefix=(),
        binary=BINARY,
    ):
        self.folder = folder or StateFolder()
        self._command = [*prefix, binary, "serve", "--state-dir", str(self.folder.path)]
        self._owns_folder = folder is None
        self._options = [*options, *(part for one in listen for part in ("--listen", one))]
        self._env = dict(env or {})
        self._seen = set()
        self.process = None
        self.instance = None
        self.port = None
        self.token = None
        self.ready_line = None
        if config:
            self.folder.config.write_text(
                "".join(f"{k} = {to_toml(v)}\n" for k, v in config.items())
            )
            self._options += ["--config", str(self.folder.config)]

    # --- start -------------------------------------------------------------------------------

    def launch(self):
        """Starts the process without waiting for it to be ready."""
        log = open(self.folder.log, "ab")
        self.process = subprocess.Popen(
            self._command + self._options,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=clean_environment(TMPDIR=str(self.folder.temporary), **self._env),
            start_new_session=True,
        )
        log.close()
        self._lines = queue.Queue()
        self._reader = threading.Thread(
            target=read_lines, args=(self.process.stdout, self._lines), daemon=True
        )
        self._reader.start()
        return self

    def start(self, seconds=60.0):
        """Starts the process and waits for its ready link."""
        return self.launch().wait_ready(seconds)

    def wait_ready(self, seconds=60.0):
        """Waits for the ready link of a launched server."""
        deadline = Deadline(seconds)
        seen = []
        while True:
            try:
                line = self._lines.get(timeout=deadline.left())
            except queue.Empty:
                raise AssertionError(
                    f"no ready link in {seconds} s: {seen}\n{self.log_text()}"
                ) from None
            if line is None:
                code = self.process.wait()
                raise AssertionError(
                    f"server ended ({code}) before ready: {seen}\n{self.log_text()}"
                )
            seen.append(line)
            match = READY_LINK.search(line)
            if match:
                break
        self.ready_line = line
        self.port, self.token = int(match.group(1)), match.group(2)
        # Without slots made ahead there is no such folder before the first run; see tree().
        if "--ready-slots" not in self._options:
            wait_until(lambda: self.tree() and self.instance, "a cgroup folder of this instance")
        return self

    @staticmethod
    def _find_instance(tree):
        for process in tree:
            match = re.search(r"/(leash-(?!server)[^/\n]+)", process.cgroups)
            if match:
                return match.group(1)
        return None

    def __enter__(self):
        try:
            return self if self.process else self.start()
        except BaseException:
            self.close(failed=True)
            raise

    def __exit__(self, kind, value, trace):
        self.close(failed=kind is not None)

    # --- look --------------------------------------------------------------------------------

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def client(self, **options):
        return Client("127.0.0.1", self.port, options.pop("token", self.token), **options)

    def log_text(self):
        return self.folder.log.read_text(errors="replace")[-4000:]

    def tree(self):
        """The spawner and all below it; each process seen is remembered for the leak check."""
        tree = procs.tree_of(self.process.pid)
        self._seen.update(process.identity for process in tree)
        self.instance = self.instance or self._find_instance(tree)
        return tree

    @property
    def spawner_pid(self):
        return self.process.pid

    def http_pid(self):
        """Pid of the unprivileged http process, or None while there is none."""
        for process in self.tree():
            if process.parent == self.process.pid and "http" in process.argv[1:2]:
                return process.pid
        return None

    # --- end ---------------------------------------------------------------------------------

    def send_signal(self, number):
        self.tree()
        self.process.send_signal(number)

    def wait(self, seconds=20.0):
        """Exit code of the server."""
        try:
            code = self.process.wait(timeout=Deadline(seconds).left())
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"server still runs after {seconds} s\n{self.log_text()}"
            ) from None
        self._reader.join(seconds)
        self.process.stdout.close()
        return code

    def stop(self, seconds=20.0):
        """SIGTERM; must exit 0 and leave nothing behind."""
        self.send_signal(signal.SIGTERM)
        code = self.wait(seconds)
        assert code == 0, f"exit code {code} after SIGTERM\n{self.log_text()}"
        self.assert_nothing_left()

    def kill(self, *pids):
        """SIGKILL to each of `pids` (default: the spawner), as a crash or the OOM killer would."""
        self.tree()
        for pid in pids or (self.process.pid,):
            os.kill(pid, signal.SIGKILL)

    def leftovers(self):
        """Everything of this instance that outlived it; empty when all is well."""
        return leaks.left(self.folder, self._seen, seconds=0)

    def assert_nothing_left(self):
        assert self.leftovers() == [], "\n".join(self.leftovers())

    def end_somehow(self):
        """Two SIGTERMs, which end all runs at once; SIGKILL if that does not help."""
        for _ in range(2):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self, failed=False):
        """Ends the server if it still runs; without a leak check after a failed test."""
        try:
            if self.process.poll() is None:
                if failed:
                    self.end_somehow()
                else:
                    self.stop()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            if self._owns_folder:
                self.folder.close()


def read_lines(pipe, lines):
    """Feeds the queue with the server's stdout, then with None at its end."""
    for line in pipe:
        lines.put(line.decode("utf-8", "replace").rstrip("\n"))
    lines.put(None)


def to_toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(to_toml(item) for item in value) + "]"
    return str(value) if isinstance(value, int) else '"' + str(value) + '"'
