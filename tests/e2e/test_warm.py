"""Runs that are forked from a warmed interpreter: the same as started ones, and strangers to each
other."""

import contextlib
import json
import os
import re
import signal
from pathlib import Path

import pytest

from support import leaks, procs
from support.install import few_languages
from support.wait import wait_until
from support.warm import ZYGOTES, is_warm, processes, wait_warm

# What the interpreter reads when it starts makes the server start one: these runs are not warm.
COLD = {"python": {"PYTHONDONTWRITEBYTECODE": "1"}, "javascript": {"JSC_useOMGJIT": "1"}}

PYTHON_PROGRAMS = {
    "argv": "import sys, os; print(sys.argv, sys.orig_argv, sys.path, __file__, __name__, os.getcwd())",
    "identity": "import os, sys; print(os.getuid() > 0, sys.executable, sys.version, sys.flags.safe_path)",
    "main": "print(sorted(k for k in globals())); import __main__; print(__main__.__file__)",
    "traceback": "def f(): raise ValueError('x')\ndef g(): f()\ng()",
    "syntax": "print(1)\nprint(2",
    "exit": "import sys; print('a'); sys.exit(7)",
    "exit-text": "import sys; sys.exit('why')",
    "exit-none": "raise SystemExit",
    "os-exit": "import os; print('lost?', end=''); os._exit(3)",
    "unflushed": "import os; f = os.fdopen(1, 'w', closefd=False); f.write('tail')",
    "unflushed-cycle": "import os\nclass A: pass\na = A(); a.a = a\n"
    "a.f = os.fdopen(1, 'w', closefd=False); a.f.write('tail'); del a",
    "unflushed-module": "import mod; print('main')",
    "atexit": "import atexit\natexit.register(print, 'first'); atexit.register(print, 'second')",
    "atexit-fails": "import atexit\natexit.register(lambda: 1 / 0)",
    "del": "class A:\n  def __del__(self): print('gone')\na = A()",
    "del-name": "class A:\n  def __del__(self): print('gone', __name__, A)\na = A()",
    "del-uncollected": "import gc; gc.disable()\nclass A:\n  def __del__(self): print('gone')\n"
    "a = A(); a.a = a",
    "finalize": "import weakref\nclass A: pass\na = A(); weakref.finalize(a, print, 'final')",
    "unflushed-elsewhere": "import json, os\nf = os.fdopen(1, 'w', closefd=False)\n"
    "json.mine = lambda: f\nf.write('tail')",
    "asyncio": "import asyncio\nasync def main(): await asyncio.sleep(0); print('done')\nasyncio.run(main())",
    "pool": "from concurrent.futures import ThreadPoolExecutor\n"
    "ThreadPoolExecutor(2).submit(print, 'from a thread').result()",
    "logging": "import logging; logging.basicConfig(format='%(message)s'); logging.warning('told')",
    "every-module": "import importlib, sys\n"
    "names = set(sys.stdlib_module_names) - {'antigravity', 'this', 'idlelib', 'turtledemo'}\n"
    "for name in sorted(names):\n  try: importlib.import_module(name)\n  except ImportError: pass\n"
    "print(len(sys.modules) > 500)",
    "no-modules": "import sys\nfor name in list(sys.modules): del sys.modules[name]",
    "no-main": "import sys\nsys.modules['__main__'] = None",
    "no-stdout": "import sys\nsys.stdout = None",
    "main-thread": "import threading\nmain = threading.main_thread()\n"
    "threading.Thread(target=lambda: (main.join(), print(main.is_alive()))).start()",
    "main-thread-at-exit": "import atexit, threading\n"
    "atexit.register(lambda: print(threading.main_thread().is_alive()))",
    "native-id": "import threading\nprint(threading.main_thread().native_id == threading.get_native_id())",
    "gauss": "import random; random.seed(5); print(random.gauss(0, 1), random.random())",
    "threads": "import threading, time\n"
    "threading.Thread(target=lambda: (time.sleep(.05), print('late'))).start(); print('soon')",
    "daemon-thread": "import threading\n"
    "threading.Thread(target=threading.Event().wait, daemon=True).start(); print('on')",
    "fork": "import os\npid = os.fork()\nif pid == 0: print('child', flush=True); os._exit(4)\n"
    "print(os.waitpid(pid, 0)[1] >> 8)",
    "subprocess": "import subprocess, sys\n"
    "print(subprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True).stdout)",
    "stdin": "import sys; print(input(), sys.stdin.read(), sys.stdin.isatty(), sys.stdin.seekable())",
    "environment": "import os; print({k: v for k, v in os.environ.items() if 'PYTHON' not in k})",
    "getenv": "import os, ctypes; libc = ctypes.CDLL(None); libc.getenv.restype = ctypes.c_char_p\n"
    "print(libc.getenv(b'MINE'), libc.getenv(b'HOME'), os.environ['MINE'])",
    "signals": "import signal\nfor s in signal.valid_signals():\n  print(s, signal.getsignal(s))",
    "sigint": "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('not here')",
    "sigpipe": "import os, signal\nr, w = os.pipe(); os.close(r)\n"
    "try: os.write(w, b'x')\nexcept BrokenPipeError: print('told')",
    "abort": "import os; os.abort()",
    "recursion": "import sys\ndef f(n):\n  try: return f(n + 1)\n  except RecursionError: return n\n"
    "print(f(0), sys.getrecursionlimit())",
    "descriptors": "import os; print(sorted(os.listdir('/proc/self/fd'))[:3])",
    "cmdline": "print(open('/proc/self/cmdline').read().rstrip(chr(0)).split(chr(0)))",
    "comm": "print(open('/proc/self/comm').read())",
    "unicode": "print('héllo', '世界'); import sys; print(sys.stdout.encoding, sys.stdin.errors)",
    "surrogate": "print('\\udcff')",
    "closed-stdout": "import sys, os; os.close(1); print('x')",
    "no-module": "import no_such_module",
}
JAVASCRIPT_PROGRAMS = {
    "argv": "console.log(process.argv, process.env.MINE, process.env.HOME, typeof require)",
    "error": "function f() { throw new TypeError('x') } f()",
    "syntax": "let a = ;",
    "exit": "console.log('a'); process.exit(7)",
    "rejection": "Promise.reject(new Error('lost'))",
    "timers": "setTimeout(() => console.log('late'), 20); console.log('soon')",
    "random": "console.log(typeof Math.random(), Math.random.name, Math.random.length)",
    "globals": "console.log(Object.getOwnPropertyNames(globalThis).sort().join())",
    "hot": "let s = 0; for (let i = 0; i < 5e6; i++) s = (s + i * i) % 1000003; console.log(s)",
    "garbage": "let n = 0; for (let i = 0; i < 3e5; i++) n += [i, {i}].length; console.log(n)",
}
CASES = [("python", name) for name in PYTHON_PROGRAMS] + [
    ("javascript", name) for name in JAVASCRIPT_PROGRAMS
]
PROGRAMS = {"python": PYTHON_PROGRAMS, "javascript": JAVASCRIPT_PROGRAMS}
MODULE = "import os\nf = os.fdopen(1, 'w', closefd=False); f.write('module')\n"


@pytest.fixture(scope="module")
def warm_client(server):
    """A client of a server whose interpreters are all warm (JavaScript takes ten seconds)."""
    wait_warm(server)
    client = server.client()
    yield client
    client.stop_everything()


def outcome(run):
    kept = {key: run[key] for key in ("status", "cause", "exit_code", "signal", "stdout", "stderr")}
    return {key: re.sub("0x[0-9a-f]{6,}", "0x…", str(value)) for key, value in kept.items()}


@pytest.mark.parametrize(("language", "name"), CASES, ids=lambda value: value)
def test_a_warm_run_is_the_same_as_a_started_one(warm_client, language, name):
    entry = {"python": "main.py", "javascript": "main.js"}[language]
    files = [{"path": entry, "content": PROGRAMS[language][name]}]
    files.append({"path": "mod.py", "content": MODULE})
    common = {"files": files, "args": ["a b", "ü"], "stdin": "one\ntwo"}
    warm = warm_client.run(language, **common, env={"MINE": "x=1"})
    started = warm_client.run(language, **common, env={"MINE": "x=1", **COLD[language]})
    assert outcome(warm) == outcome(started)


WAITING = {
    "python": "import time\nprint('on')\ntime.sleep(60)",
    "javascript": "console.log('on'); setTimeout(() => {}, 60000)",
}


def start_waiting(client, language, marker, **options):
    """A run that waits, with this argument; it has begun when this returns."""
    run_id = client.start(language, WAITING[language], args=[marker], **options)
    with client.follow(run_id) as events:
        events.wait_for("stdout")


def signals_of(marker):
    """What the kernel knows of a program's signals: those handled, and those ignored. Which are
    blocked changes from moment to moment."""
    (process,) = procs.sandboxed_with(marker)
    status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return [line for line in status if line.startswith(("SigCgt", "SigIgn"))]


@pytest.mark.parametrize("language", COLD)
def test_the_signals_of_a_warm_interpreter_are_those_of_a_started_one(warm_client, language, marker):
    """The JavaScript engine's threads stop each other by a signal: without its handler it killed."""
    warm, started = marker + "-warm", marker + "-started"
    start_waiting(warm_client, language, warm)
    start_waiting(warm_client, language, started, env=COLD[language])
    # Some handlers an engine installs when it first needs them.
    wait_until(lambda: signals_of(warm) == signals_of(started), "the same signals")
    warm_client.stop_everything()


def test_two_runs_of_one_zygote_share_no_random_numbers(warm_client):
    code = "import random, uuid, os, secrets, tempfile, ctypes\n"
    code += "where = ctypes.CDLL(None).getauxval; where.restype = ctypes.c_void_p\n"
    code += "given_by_kernel = ctypes.string_at(where(25), 16).hex()  # AT_RANDOM\n"
    code += "print(random.random(), uuid.uuid4(), secrets.token_hex(), os.urandom(8).hex(), given_by_kernel, "
    code += "next(tempfile._get_candidate_names()))"
    python = {warm_client.run("python", code)["stdout"] for _ in range(6)}
    fields = list(zip(*(line.split() for line in python), strict=True))
    assert all(len(set(field)) == 6 for field in fields), fields
    javascript = {warm_client.run("javascript", "console.log(Math.random())")["stdout"] for _ in range(6)}
    assert len(javascript) == 6


def test_the_clock_of_a_javascript_run_begins_with_the_run(warm_client):
    warm_client.run("javascript", "1")  # so that the next one has been waiting
    code = "console.log(performance.now(), process.uptime() * 1000, Date.now() - performance.timeOrigin)"
    since = [float(word) for word in warm_client.run("javascript", code)["stdout"].split()]
    assert all(0 <= milliseconds < 500 for milliseconds in since) and len(since) == 3, since


def test_what_a_run_changes_in_its_interpreter_is_gone_in_the_next(warm_client):
    code = (
        "import json, sys, os\n"
        "print(hasattr(json, 'mine'), 'MINE' in os.environ, sys.getrecursionlimit(),"
        " os.path.exists('/tmp/mine'))\n"
        "json.mine = 1; os.environ['MINE'] = '1'; sys.setrecursionlimit(50); open('/tmp/mine', 'w')"
    )
    assert {warm_client.run("python", code)["stdout"] for _ in range(6)} == {"False False 1000 False\n"}
    code = "console.log(globalThis.mine, [].mine); globalThis.mine = 1; Array.prototype.mine = 2"
    seen = {warm_client.run("javascript", code)["stdout"] for _ in range(6)}
    assert seen == {"undefined undefined\n"}


def test_a_run_holds_no_descriptor_of_its_zygote_and_no_right(warm_client):
    code = (
        "import os, json\nfds = {}\n"
        "for fd in os.listdir('/proc/self/fd'):\n"
        "  try: fds[fd] = os.readlink('/proc/self/fd/' + fd).split(':')[0]\n"
        "  except FileNotFoundError: pass\n"
        "status = open('/proc/self/status').read().split('\\n')\n"
        "print(json.dumps([fds, [l for l in status if l.startswith(('Cap', 'NoNewPrivs', 'Seccomp:'))]]))"
    )
    fds, status = json.loads(warm_client.run("python", code)["stdout"])
    assert fds == {"0": "pipe", "1": "pipe", "2": "pipe"}
    assert all(int(line.split()[1], 16) == 0 for line in status if line.startswith("Cap")), status
    assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status


@pytest.mark.parametrize("language", ZYGOTES)
def test_a_zygote_sees_nothing_of_the_machine_but_what_runs_see(server, warm_client, language):
    """Nor does what it forks, before it has set its slot up."""
    (zygote,) = processes(server, language, sandboxed=False)

    def mounts(pid):
        lines = Path(f"/proc/{pid}/mountinfo").read_text().splitlines()
        return {line.split()[4] for line in lines}

    seen = warm_client.run("bash", "cat /proc/self/mountinfo")["stdout"].splitlines()
    of_a_run = {line.split()[4] for line in seen}
    own = {"/work", "/tmp", "/dev/shm", "/proc"}
    assert mounts(zygote) == of_a_run - own
    assert "/usr" in mounts(zygote) and own < of_a_run


def proc_status(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines)


@pytest.mark.parametrize("language", COLD)
def test_the_init_of_a_warm_slot_is_a_small_program_that_nobody_may_look_at(
    server, warm_client, language
):
    def inits():
        """Program, status and owner of each; nothing while one is being made, or taken away."""
        found = []
        try:
            for child in processes(server, language, sandboxed=True):
                init = Path("/proc") / proc_status(child)["PPid"]
                owner = (init / "environ").stat().st_uid
                found.append((os.readlink(init / "exe"), proc_status(init.name), owner))
        except OSError:
            return None
        return found if all(exe.endswith("/leash-init") for exe, _, _ in found) else None

    for _, status, owner in wait_until(inits, "programs of their own"):
        assert int(status["VmRSS"].split()[0]) < 512, "it has an interpreter's memory"
        assert "0" not in status["Uid"].split() and status["Seccomp"] == "2"
        assert owner == 0, "it is dumpable"


def inits_of(children):
    return [int(proc_status(child)["PPid"]) for child in children]


@pytest.mark.parametrize("language", COLD)
def test_a_run_begins_without_waiting_for_its_slots_init(server, warm_client, language, marker):
    """The interpreter takes the job itself: one process less has to be given a processor."""
    wait_warm(server)
    inits = inits_of(processes(server, language, sandboxed=True))
    for init in inits:
        os.kill(init, signal.SIGSTOP)
    try:
        with warm_client.stream(language, WAITING[language], args=[marker]) as stream:
            stream.wait_for("started")
            stream.wait_for("stdout")
            (process,) = procs.sandboxed_with(marker)
            assert int(proc_status(process.pid)["PPid"]) in inits, "a slot that was there before"
            assert warm_client.stop(stream.run_id)["proof"]["empty"]
            assert stream.finish()["cause"] == "stop"
    finally:
        for init in inits:
            with contextlib.suppress(ProcessLookupError):
                os.kill(init, signal.SIGCONT)


def test_a_slot_whose_interpreter_was_killed_is_not_used(server, warm_client):
    wait_warm(server)
    waiting = processes(server, "python", sandboxed=True)
    inits = inits_of(waiting)
    for process in waiting:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not any(Path(f"/proc/{init}").exists() for init in inits), "the ends of their slots")
    assert warm_client.run("python", "print(1)")["stdout"] == "1\n"
    wait_warm(server)


def faults_and_start(stat):
    """From a /proc/PID/stat: page faults so far, and when the process began."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[7]), fields[19]


@pytest.mark.parametrize("language", COLD)
def test_most_page_faults_of_a_run_are_over_before_it_has_its_job(server, warm_client, language, marker):
    """Half as many as before come with the job, or less; it was three quarters of them for Python when
    a copy had only prepared itself."""
    before = {}
    for pid in processes(server, language, sandboxed=True):
        with contextlib.suppress(OSError):  # there may be more than are wanted: one is taken away
            faults, start = faults_and_start(Path(f"/proc/{pid}/stat").read_text())
            before[start] = faults
    start_waiting(warm_client, language, marker)
    (process,) = procs.sandboxed_with(marker)
    faults, start = faults_and_start(Path(f"/proc/{process.pid}/stat").read_text())
    warm_client.stop_everything()
    assert start in before, "it was given to none of those that waited"
    assert faults - before[start] < before[start] / 2, (before[start], faults)


def test_what_python_reads_at_its_start_is_obeyed(warm_client):
    code = "print(hash('leash'))"
    fixed = {warm_client.run("python", code, env={"PYTHONHASHSEED": "5"})["stdout"] for _ in range(3)}
    assert len(fixed) == 1
    run = warm_client.run("python", "import time; print(time.tzname[0])", env={"TZ": "Asia/Tokyo"})
    assert run["stdout"] == "JST\n"


PRINTS_ONE = {"python": "print(1)", "bash": "echo 1"}


@pytest.mark.parametrize("language", PRINTS_ONE)
def test_a_killed_zygote_is_replaced_and_no_run_fails(own_server, language):
    server = own_server()
    client = server.client()
    wait_until(lambda: is_warm(server, language), "warm slots", seconds=60)

    def zygotes():
        return processes(server, language, sandboxed=False)

    (first,) = zygotes()
    os.kill(first, signal.SIGKILL)
    for _ in range(12):  # more than there are slots made ahead
        assert client.run(language, PRINTS_ONE[language])["stdout"] == "1\n"
    wait_until(lambda: zygotes() and zygotes() != [first], "another zygote")
    wait_until(lambda: is_warm(server, language), "warm slots again", seconds=60)
    assert client.run(language, PRINTS_ONE[language])["stdout"] == "1\n"


def test_signals_that_the_server_ignores_are_not_ignored_in_a_run(own_server):
    """As those that a shell starts in the background do, or nohup."""
    ignoring = 'trap "" HUP INT QUIT; exec "$0" "$@"'
    server = own_server(prefix=("sh", "-c", ignoring))
    wait_until(lambda: is_warm(server, "python"), "warm slots", seconds=60)
    code = "import signal\nprint([signal.getsignal(s).name for s in (1, 3)])"
    assert server.client().run("python", code)["stdout"] == "['SIG_DFL', 'SIG_DFL']\n"


@pytest.mark.parametrize("language", PRINTS_ONE)
def test_zygote_that_dies_idle_is_noticed_and_renewed(own_server, language):
    """Nobody asks it for anything: it is missed all the same, reaped, and there is another one."""
    server = own_server()
    wait_until(lambda: is_warm(server, language), "warm slots", seconds=60)
    old = processes(server, language, sandboxed=False)
    server.kill(*old)
    wait_until(lambda: set(processes(server, language, sandboxed=False)) - set(old), "another zygote", seconds=30)
    wait_until(lambda: is_warm(server, language), "warm slots again", seconds=60)
    assert server.client().run(language, PRINTS_ONE[language])["stdout"] == "1\n"
    assert leaks.left(server.folder) == []
    server.stop()


def test_a_suspended_zygote_keeps_nobody_from_a_run(own_server):
    """It does not answer: slots are made without it until there is another one."""
    server = own_server()
    wait_until(lambda: is_warm(server, "bash"), "warm slots", seconds=60)
    (zygote,) = processes(server, "bash", sandboxed=False)
    os.kill(zygote, signal.SIGSTOP)
    client = server.client()
    for _ in range(12):
        assert client.run("bash", "echo 1")["stdout"] == "1\n"
    wait_until(lambda: zygote not in processes(server, "bash", sandboxed=False), "its end")


def test_a_burst_is_remembered_and_a_given_number_is_kept(own_server):
    """Of claims that find no slot ready the server learns how many it is to keep: at its start, too,
    when it tries its languages."""
    few = "bash", "python"
    waiting = lambda server: leaks.baseline(server).amounts["waiting slots"]  # noqa: E731
    with few_languages(*few) as binary:
        learning = own_server("--max-running", "40", binary=binary)
        fixed = own_server("--max-running", "40", "--ready-slots", "3", binary=binary)
        for server, at_rest in ((learning, 8), (fixed, 6)):
            wait_until(lambda s=server, n=at_rest: waiting(s) >= n, "slots at rest")
            client = server.client()
            for _ in range(30):
                client.start("bash", "read line")
            client.stop_everything()
        most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 64 // (4 << 20)  # of a kind
        more = 4 + min(most, 17)
        wait_until(lambda: waiting(learning) >= more, "more slots than before the burst")
        wait_until(lambda: waiting(fixed) == 6, "as many as before")
