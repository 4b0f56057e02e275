"""7.6, as far as it takes somebody outside the run: sockets of the host, another run."""

import socket
import uuid
from pathlib import Path

from support import procs
from support.languages import payload

# What "hold" must have been able to leave, so that "seek" looks for something that is there.
HELD = {
    "loopback", "loopback6", "path socket", "abstract socket", "shm segment", "semaphore",
    "message queue", "posix queue", "posix memory", "file", "file in work", "open file lock",
}  # fmt: skip
REFUSED = {
    "vsock": "EAFNOSUPPORT", "key": "EPERM", "flock": "ENOSYS", "lease": "EPERM", "dnotify": "EPERM",
    "inotify": "ENOSYS",
}  # fmt: skip
NOT_MET = {
    "loopback": "ECONNREFUSED", "loopback6": "ECONNREFUSED", "path socket": "ENOENT",
    "abstract socket": "ECONNREFUSED", "shm segment": "ENOENT", "semaphore": "ENOENT",
    "message queue": "ENOENT", "posix queue": "ENOENT", "posix memory": "ENOENT", "file": "ENOENT",
    "file in work": "ENOENT", "open file lock": "EPERM",
}  # fmt: skip


def answers(text):
    lines = (line.partition(": ") for line in text.splitlines() if ": " in line)
    return {name: value for name, _, value in lines}


def test_106_abstract_sockets_of_the_host(arena):
    """Every name that a process of the host listens at is knocked at from inside."""
    name = f"corpus-{uuid.uuid4().hex}"
    code = (
        "import socket, sys\nseen = set()\nfor name in sys.argv[1:]:\n"
        "  for kind in (1, 2, 5):\n    with socket.socket(socket.AF_UNIX, kind) as s:\n"
        "      try: s.connect('\\0' + name); seen.add('met ' + name)\n"
        "      except OSError as e: seen.add(type(e).__name__)\n"
        "print(len(sys.argv) - 1, 'names:', *seen)"
    )
    with socket.socket(socket.AF_UNIX) as own:
        own.bind(f"\0{name}")
        own.listen()
        own.setblocking(False)
        lines = Path("/proc/net/unix").read_text().splitlines()[1:]
        names = {line.split()[7][1:] for line in lines if len(line.split()) > 7 and " @" in line}
        assert name in names
        run = arena.client.run("python", code, args=sorted(n for n in names if n)[:500])
        assert run["stdout"].endswith(" names: ConnectionRefusedError\n"), run
        try:
            own.accept()
            raise AssertionError("somebody came from inside")
        except BlockingIOError:
            pass


def test_107_a_run_that_listens_is_not_reached(arena):
    """It listens at every address it has: on the host nobody does."""
    code = (
        "import socket\nboth = socket.create_server(('::', 0), family=socket.AF_INET6, dualstack_ipv6=True)\n"
        "print(both.getsockname()[1], flush=True)\ninput()"
    )
    with arena.client.stream("python", code) as run:
        run.wait_for_text("\n")
        port = int(run.text())
        for address in ("127.0.0.1", "::1"):
            with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as sock:
                assert sock.connect_ex((address, port)) != 0, "reached"
        arena.client.send_stdin(run.run_id, b"\n")
        assert run.finish()["status"] == "succeeded"


def test_110_two_runs_do_not_meet(arena, marker):
    """By none of the ways on which two processes of a machine meet."""
    code = payload("two_runs.c")
    with arena.client.stream("c", code, args=["hold", marker]) as holder:
        holder.wait_for_text("ATTEMPT ok\n")
        held = answers(holder.text())
        assert {name for name, value in held.items() if value == "held"} == HELD, held
        assert {name: held[name] for name in REFUSED} == REFUSED
        seeker = arena.client.run("c", code, args=["seek"])
        assert procs.sandboxed_with(marker), "the first one is not there any more: broken test"
        assert seeker["stdout"].endswith("ATTEMPT ok\n"), seeker
        assert answers(seeker["stdout"]) == {**NOT_MET, **REFUSED}, seeker["stdout"]
        arena.client.send_stdin(holder.run_id, b"\n")
        assert holder.finish()["status"] == "succeeded"
