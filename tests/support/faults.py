"""System calls that fail on purpose, made so from outside by strace, while a run is set up.

The oracle is the kernel's own word: each program looks for a file that nobody has, the first thing it
does, and strace writes that down. A run that is answered `setup_error` must not have got so far.
"""

import contextlib
import re
import subprocess
import tempfile
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from support import leaks, procs
from support.install import few_languages
from support.server import Server
from support.wait import wait_until

# Of the process that talks to clients: what it does for a run.
SERVER_CALLS = ("memfd_create", "epoll_ctl", "fcntl", "sendmsg")

EXECUTED = re.compile(r"execve\(.*= 0$|<... execve resumed>.*= 0$")
LOOKS = "access,faccessat,faccessat2,newfstatat"
# The first thing that each does is to look for its own mark.
PROGRAMS = {
    "bash": "[ -r /{mark} ]; echo ran",
    "python": "import os; os.access('/{mark}', 0); print('ran')",
    "c": '#include <stdio.h>\n#include <unistd.h>\nint main(void) {{ access("/{mark}", 0); puts("ran"); }}',
}

# What a slot and its program are made with, and an error that the kernel may give for each.
CALLS = {
    "clone3": "EAGAIN",
    "clone": "ENOMEM",
    "mkdirat": "ENOSPC",
    "openat": "EMFILE",
    "write": "EIO",
    "read": "EIO",
    "fsopen": "EMFILE",
    "fsconfig": "ENOMEM",
    "fsmount": "ENOMEM",
    "fchmodat": "EPERM",
    "fchownat": "EPERM",
    "eventfd2": "EMFILE",
    "socketpair": "ENFILE",
    "pipe2": "EMFILE",
    "sendmsg": "ENOBUFS",
    "recvmsg": "ENOMEM",
    "unshare": "ENOSPC",
    "setns": "ENOMEM",
    "sethostname": "EPERM",
    "socket": "EAFNOSUPPORT",
    "ioctl": "EPERM",
    "chdir": "EACCES",
    "move_mount": "EINVAL",
    "mount": "ENOMEM",
    "umount2": "EBUSY",
    "pivot_root": "EINVAL",
    "fcntl": "EMFILE",
    "dup3": "EBADF",
    "close_range": "EINVAL",
    "prlimit64": "EPERM",
    "prctl": "EPERM",
    "setgroups": "EPERM",
    "setresgid": "EAGAIN",
    "setresuid": "EAGAIN",
    "capset": "EPERM",
    "capget": "EPERM",
    "getresuid": "EFAULT",
    "getcwd": "ENOENT",
    "seccomp": "EINVAL",
    "signalfd4": "EMFILE",
    "fstat": "EIO",
    "newfstatat": "EIO",
    "mmap": "ENOMEM",
    "setsid": "EPERM",
    "execve": "ENOMEM",
    "epoll_ctl": "ENOMEM",
    "memfd_create": "EMFILE",
    "sendfile": "EIO",
}


@dataclass
class Report:
    """What strace saw: how many calls were made to fail before the program began, whether it did, and
    whether any were its own."""

    injected: int
    executed: bool
    hit_program: bool
    lines: list


class Injection:
    """Makes the `when`-th call (of each process, counted from now; "3+": and all after it) fail while
    the block runs, in the given processes and all that they make."""

    def __init__(self, pids, call, error, when, mark):
        self._mark = mark
        self._pids = pids
        self._log = tempfile.NamedTemporaryFile(prefix="faults-")
        attach = [word for pid in pids for word in ("-p", str(pid))]
        self._command = ["strace", "-f", "-q", "-o", self._log.name, "-e", f"trace={call},{LOOKS},execve"]
        self._command += ["-e", f"inject={call}:error={error}:when={when}", *attach]
        self.report = None

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wait_until(self._is_attached, f"strace at {self._pids}", seconds=20)
        return self

    def _is_attached(self):
        assert self._process.poll() is None, self._process.stderr.read()
        found = [procs.look_up(pid) for pid in self._pids]
        # One may have died of it already: the call in which it waited has failed.
        return all(not one or one.ended or one.status()["TracerPid"] != "0" for one in found)

    def __exit__(self, *failure):
        self._process.terminate()
        self._process.wait(20)
        self._process.stderr.close()
        lines = Path(self._log.name).read_text(errors="replace").splitlines()
        self._log.close()
        # From its exec on (a warm one: from its first act) a program's calls are its own affair.
        began = [i for i, line in enumerate(lines) if self._mark in line or EXECUTED.search(line)]
        setting_up = lines[: began[0]] if began else lines
        own = lines[began[0] :] if began else []
        self.report = Report(
            injected=len([1 for line in setting_up if "(INJECTED)" in line]),
            hit_program=any("(INJECTED)" in line for line in own),
            executed=any(self._mark in line for line in lines),
            lines=lines,
        )


@contextlib.contextmanager
def server_of_slots_on_demand():
    """No slot is made ahead, so that each call belongs to the run that is under way; the zygotes are
    warm."""
    with few_languages("bash", "c", "python") as binary, Server("--ready-slots", "0", binary=binary) as server:
        client = server.client()
        for language, code in PROGRAMS.items():
            client.run(language, code.format(mark="none"))
        wait_until(lambda: _is_forked(server), "a run that was forked from its zygote", seconds=60)
        yield server


def _is_forked(server):
    """Whether a program of Python's is a copy of the zygote: then its interpreter is not python3."""
    code = "import os; print(os.readlink('/proc/self/exe'))"
    return "leash-python" in server.client().run("python", code)["stdout"]


def makers(server):
    """The processes that make slots: the spawner and its zygotes."""
    return [p.pid for p in server.tree() if not p.sandboxed and "http" not in p.argv[1:2]]


def http(server):
    return [server.http_pid()]


def try_one(server, language, call, error, when, victims=makers):
    """One run while a call fails. Returns the run's answer and the report, after all that must hold
    in any case."""
    mark = f"mark-{uuid.uuid4().hex}"
    client = server.client()
    pids = victims(server)
    answer = None
    with Injection(pids, call, error, when, mark) as injection:
        # The server process may fail to take the connection itself.
        with contextlib.suppress(ConnectionError if victims is http else ()):
            answer = client.post("/v1/runs", {"language": language, "code": PROGRAMS[language].format(mark=mark)})
    report = injection.report
    if answer is None:
        assert not report.executed and http(server) == pids, report.lines[-20:]
        return {"status": "no connection"}, report
    where = f"{language}: {call} {error} when {when}: {answer}\n" + "\n".join(report.lines[-40:])
    assert answer.status == 200, where
    run = answer.json()
    if run["status"] == "setup_error":
        assert not report.executed, f"the program was executed: {where}"
        assert run.get("setup_error"), f"no step is named: {where}"
    elif report.injected and not report.hit_program:  # not essential, or it was tried again
        assert (run["status"], run["stdout"]) == ("succeeded", "ran\n"), where
        assert report.executed or victims is http, where  # of http no program is traced
    return run, report


def check_after(server, language, before):
    """The server goes on: the next run succeeds, and nothing is left of the one before."""
    run = server.client().run(language, PROGRAMS[language].format(mark="none"))
    assert run["stdout"] == "ran\n", run
    left = leaks.left(server.folder, before=before)
    assert left == [], left


def baseline(server):
    """Of a server that makes no slot ahead: none waits, once that of the run before is gone."""
    return wait_until(lambda: _without_slots(leaks.baseline(server)), "no waiting slot")


def _without_slots(snapshot):
    return snapshot if snapshot.amounts["waiting slots"] == 0 else None


def sweep(server, language, calls, first=1, most=10_000, victims=makers):
    """Makes each call fail at its first place, its second …, until nothing fails any more before the
    program begins. Returns how many places there were, and how they were answered."""
    before = baseline(server)
    places, answers = Counter(), Counter()
    for call in calls:
        for when in range(first, first + most):
            run, report = try_one(server, language, call, CALLS[call], when, victims)
            check_after(server, language, before)
            if report.injected == 0:
                break
            places[call] += 1
            answers[run["status"]] += 1
    return places, answers
