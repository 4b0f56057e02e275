"""The programs that leash is compared with. Each is started for the benchmarks that need it, keeps
what it makes in a folder of its own, and is ended and removed with it."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from support.wait import wait_until

FOLDER = Path(__file__).resolve().parents[1] / "peers"


def works(call):
    """Whether it raises nothing that a program which is not ready yet makes it raise."""
    try:
        call()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Peer:
    """A program in the background."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="leash-bench-"))
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if process := getattr(self, "process", None):
            process.terminate()
            process.wait(timeout=30)
        shutil.rmtree(self.folder)

    def spawn(self, *command, **options):
        self.log = self.folder / "log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options
            )


class Workerd(Peer):
    """Two services: `fresh` loads an isolate for each request, `warm` has one."""

    def start(self):
        self.fresh_port, warm_port = free_port(), free_port()
        self.fresh, self.warm = (f"http://127.0.0.1:{p}/" for p in (self.fresh_port, warm_port))
        for source in (FOLDER / "workerd").iterdir():
            if source.is_file():
                shutil.copy(source, self.folder)
        config = self.folder / "bench.capnp"
        text = config.read_text()
        for name, url in (("FRESH", self.fresh), ("WARM", self.warm)):
            text = text.replace(f"@{name}@", url.removeprefix("http://").strip("/"))
        config.write_text(text)
        program = FOLDER / "workerd/node_modules/@cloudflare/workerd-linux-64/bin/workerd"
        self.spawn(program, "serve", "--experimental", config)
        for url in (self.fresh, self.warm):
            host, port = url.removeprefix("http://").strip("/").split(":")
            address = (host, int(port))
            wait_until(lambda at=address: works(lambda: socket.create_connection(at).close()), "workerd")


class Docker(Peer):
    """An engine of our own, without a network, and an image that holds only the given programs:
    {name: C source}, each linked statically."""

    IMAGE = "leash-bench"

    def __init__(self, sources):
        self._sources = sources

    def start(self):
        self.env = {**os.environ, "DOCKER_HOST": f"unix://{self.folder}/docker.sock"}
        self.spawn(
            "dockerd",
            *("--data-root", self.folder / "data", "--exec-root", self.folder / "exec"),
            *("--pidfile", self.folder / "pid", "--host", self.env["DOCKER_HOST"]),
            *("--iptables=false", "--ip6tables=false", "--bridge=none"),
        )
        wait_until(lambda: works(lambda: self.call("version")), "dockerd", seconds=60)
        image = self.folder / "image"
        image.mkdir()
        for name, source in self._sources.items():
            compiler = ("gcc", "-O2", "-static", "-x", "c", "-o", image / name, "-")
            subprocess.run(compiler, input=source, text=True, check=True)
        tar = subprocess.run(["tar", "-C", image, "-c", "."], check=True, capture_output=True).stdout
        self.call("import", "-", self.IMAGE, input=tar)

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.CalledProcessError):
            for container in self.call("ps", "-aq").decode().split():
                self.call("rm", "-f", container)
        super().__exit__()

    def call(self, *arguments, input=None):
        """What `docker` says."""
        done = subprocess.run(
            ["docker", *map(str, arguments)], env=self.env, input=input, check=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        return done.stdout

    def start_container(self, name):
        """The id of a running container that executes one of the programs, as 64 tasks at most."""
        limits = ("--network", "none", "--pids-limit", "64")
        return self.call("run", "-d", *limits, self.IMAGE, f"/{name}").decode().strip()
