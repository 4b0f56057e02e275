"""The host itself is odd: its clock jumps, its pids are few, its cgroup was killed, its memory ends."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from support import leaks
from support.rootless import own_cgroup_folders
from support.wait import wait_until

SPIN = "echo up; while :; do :; done"
LIVES_LONG = """
trap 'echo signalled' TERM INT HUP
echo up
while read line; do echo $line; done
"""

# Stands before the C library's clock of the day and adds what is in a file: so many seconds.
SHIM = """
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const long *offset;

__attribute__((constructor)) static void begin(void) {
  const int fd = open(OFFSET, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) offset = page;
  close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  const int result = syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME && offset) time->tv_sec += *offset;
  return result;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}
"""
# A copy of /etc that names the shim, for this server alone.
WITH_SHIM = 'cp -a /etc "$0"; echo "$1" > "$0/ld.so.preload"; mount --bind "$0" /etc; shift; exec "$@"'


@pytest.fixture
def clock():
    """A folder with the shim, readable by the server's unprivileged process: `set(seconds)`."""

    class Clock:
        def __init__(self, folder):
            self.folder = Path(folder)
            self.folder.chmod(0o755)
            self._offset = self.folder / "offset"
            self.set(0)
            source, self.library = self.folder / "shim.c", self.folder / "shim.so"
            source.write_text(SHIM)
            command = ["gcc", "-shared", "-fPIC", "-O1", f'-DOFFSET="{self._offset}"']
            subprocess.run([*command, "-o", self.library, source], check=True)

        def set(self, seconds):
            with open(self._offset, "r+b" if self._offset.exists() else "wb") as file:
                file.write(seconds.to_bytes(8, "little", signed=True))

        def prefix(self):
            etc = self.folder / "etc"
            return ("unshare", "--mount", "sh", "-c", WITH_SHIM, str(etc), str(self.library))

    with tempfile.TemporaryDirectory(prefix="e2e-clock-") as folder:
        yield Clock(folder)


@pytest.mark.timeout(120)
def test_024_the_clock_of_the_day_jumps(own_server, clock):
    """An hour ahead, two back, while runs are live: their limits are of another clock."""
    server = own_server("--ready-slots", "2", prefix=clock.prefix())
    client = server.client()
    before = client.run("bash", "echo 1")["created_at"]
    for jump in (3600, -3600):
        with client.stream("bash", SPIN, limits={"wall_ms": 1500}) as limited:
            limited.wait_for_text("up\n")
            with client.stream("bash", "read line; echo lived") as other:
                other.wait_for("started")
                clock.set(jump)
                client.send_stdin(other.run_id, b"\n")
                assert other.finish()["cause"] == "exit" and other.text() == "lived\n"
            finished = limited.finish()
        assert finished["cause"] == "wall_limit", finished
        assert 1490 <= finished["timing"]["run_ms"] < 10_000, finished
    clock.set(86_400)
    after = client.run("bash", "echo 1")["created_at"]
    assert after[:10] > before[:10], "the clock did not jump: broken test"


@pytest.mark.timeout(120)
def test_191_pids_come_again(own_server):
    """In a pid namespace with a few hundred pids each one is used again and again. A run that lives
    through it all is neither signalled nor mistaken, and its own stop finds it."""
    enter = 'echo 420 > /proc/sys/kernel/pid_max; exec "$0" "$@"'
    prefix = ("unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", enter)
    server = own_server("--ready-slots", "2", "--max-running", "4", prefix=prefix)
    client = server.client()
    with client.stream("bash", LIVES_LONG, limits={"wall_ms": 90_000}) as old:
        old.wait_for("stdout")
        owners = {}
        for _ in range(20):
            assert client.run("bash", "for i in {1..80}; do (:); done")["exit_code"] == 0
            with client.stream("bash", "(sleep 9 & sleep 9 & wait) & echo up; sleep 9") as stream:
                stream.wait_for_text("up\n")
                for process in server.tree():
                    owners.setdefault(ns_pid(process), set()).add(process.identity)
                assert client.stop(stream.run_id)["stopped"] is True
        assert any(len(those) > 1 for those in owners.values()), "no pid came again: broken test"
        client.send_stdin(old.run_id, b"still here\n")
        old.wait_for_text("still here\n")
        assert "signalled" not in old.text()
        assert client.stop(old.run_id)["proof"]["processes_killed"] == 1
    inside = [process.pid for process in server.tree() if process.parent == server.process.pid]
    os.kill(*inside, signal.SIGTERM)  # `unshare` itself ignores it
    assert server.wait() == 0
    server.assert_nothing_left()


def ns_pid(process):
    """The pid in the namespace that the server is in; of one that is outside or has ended, its own."""
    try:
        return int((process.status()["NSpid"].split() + [process.pid])[1])
    except (FileNotFoundError, ProcessLookupError):
        return process.pid


@pytest.mark.timeout(120)
def test_204_the_server_s_own_cgroup_was_once_killed(own_server):
    """Some kernels kill at birth what is cloned into any leaf from such a cgroup: found out at the
    start, and worked around."""
    mounts = [Path(mount) for mount in leaks.cgroup_mounts() if Path(mount, "cgroup.procs").exists()]
    unified = next(mount for mount in mounts if (mount / "cgroup.controllers").exists())
    folder = unified / f"e2e-killed-{os.getpid()}"
    folder.mkdir()
    try:
        (folder / "cgroup.kill").write_text("1")
        enter = f'echo 0 > {folder}/cgroup.procs; exec "$0" "$@"'
        server = own_server("--ready-slots", "2", prefix=("sh", "-c", enter))
        client = server.client()
        for _ in range(5):
            assert client.run("bash", "echo hello")["stdout"] == "hello\n"
        with client.stream("bash", f"(setsid sleep 1000 &); {SPIN}") as stream:
            stream.wait_for_text("up\n")
            answer = client.stop(stream.run_id)
        assert answer["stopped"] is True and answer["proof"]["processes_killed"] == 2, answer
        server.stop()
    finally:
        wait_until(lambda: not (folder / "cgroup.procs").read_text(), "the cgroup to be empty")
        for child in folder.iterdir():
            assert not child.is_dir(), child
        folder.rmdir()


@pytest.mark.timeout(120)
def test_206_the_server_s_own_cgroup_is_out_of_memory(own_server):
    """All of the server and its runs have less than one run may take. The run that takes it goes, as
    memory_limit; the server stays, and so does a run that took nothing, whose cause is its own."""
    memory = next(f for f in own_cgroup_folders() if (f / "memory.stat").exists())
    folder = memory / f"e2e-small-{os.getpid()}"
    folder.mkdir()
    try:
        v1 = folder / "memory.limit_in_bytes"
        limit = v1 if v1.exists() else folder / "memory.max"
        enter = f'echo 0 > {folder}/cgroup.procs; exec "$0" "$@"'
        server = own_server("--ready-slots", "2", prefix=("sh", "-c", enter))
        client = server.client()
        pids = {server.spawner_pid, server.http_pid()}
        with client.stream("bash", "echo up; read line; echo lived") as other:
            other.wait_for_text("up\n")
            usage = folder / ("memory.usage_in_bytes" if v1.exists() else "memory.current")
            used = int(usage.read_text())
            limit.write_text(str(used + (128 << 20)))
            code = "print('up')\nx = []\nwhile True: x.append(b'x' * (1 << 20))"
            run = client.run("python", code, limits={"memory_bytes": 2 << 30, "wall_ms": 30_000})
            assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit"), run
            client.send_stdin(other.run_id, b"\n")
            finished = other.finish()
        assert (finished["cause"], other.text()) == ("exit", "up\nlived\n"), finished
        assert {server.spawner_pid, server.http_pid()} == pids, "the server was taken for it"
        server.stop()
    finally:
        wait_until(lambda: not (folder / "cgroup.procs").read_text(), "the cgroup to be empty")
        folder.rmdir()
