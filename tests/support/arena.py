"""A server on which attacks are carried out, and everything that must hold after each of them."""

import threading
import time
import uuid
from dataclasses import dataclass, field

from support import census, corpus, procs
from support.canaries import CANARY, NEIGHBOUR, SHARED_TOKEN, HostCanaries
from support.prestart import VARIABLES, wait_ahead
from support.server import BINARY, Server
from support.stream import check_events
from support.wait import Deadline, elapsed_ms, poll, wait_until
from support.warm import wait_warm

READY_SLOTS = 2
SECRETS = (CANARY, SHARED_TOKEN, NEIGHBOUR)
STATUS_OF = {
    "exit": ("succeeded", "failed", "signaled"),
    "stop": ("cancelled",),
    "client_disconnected": ("cancelled",),
    "replaced": ("cancelled",),
    "wall_limit": ("timed_out",),
    "cpu_limit": ("timed_out",),
    "idle_limit": ("timed_out",),
    "queue_limit": ("timed_out",),
    "memory_limit": ("limit_exceeded",),
    "output_limit": ("limit_exceeded",),
    "slow_client": ("cancelled",),
    "expired": ("cancelled",),
    "shutdown": ("cancelled",),
    "setup_error": ("setup_error",),
    "compile_error": ("compile_failed",),
    "server_lost": ("server_lost",),
}
# Bounds for a machine that does other things, too; the times themselves are in the table.
SETTLE_SECONDS = 15.0
NEIGHBOUR_MS = 10_000
MEMORY_SLACK_KIB = 48 << 10


@dataclass
class Played:
    """How an attack ended. `unmet`: its own expectation; `broken`: what holds for every attack."""

    case: corpus.Case
    run: dict = field(default_factory=dict)
    stdout: str = ""
    stderr: str = ""
    neighbour_ms: float = 0.0
    settle_ms: float = 0.0
    unmet: list = field(default_factory=list)
    broken: list = field(default_factory=list)

    @property
    def problems(self):
        return self.unmet + self.broken

    def row(self):
        """What the table tells of it, the verdict apart."""
        return {
            "cause": self.run["cause"],
            "run_ms": round(self.run["timing"]["run_ms"]),
            "neighbour_ms": round(self.neighbour_ms),
            "settle_ms": round(self.settle_ms),
        }

    def __str__(self):
        lines = [self.case.name, *(f"  - {problem}" for problem in self.problems)]
        lines += [f"run: {self.run}", f"stdout: {self.stdout[-2000:]}", f"stderr: {self.stderr[-2000:]}"]
        return "\n".join(lines)


class Neighbour(threading.Thread):
    """While the attack runs: sees its processes on the host, and asks for a hello beside it."""

    CODE = f"echo {NEIGHBOUR} > /tmp/secret; echo {NEIGHBOUR} > /dev/shm/secret; echo hello"

    def __init__(self, client, marker):
        super().__init__(daemon=True)
        self._client = client
        self._marker = marker.encode()
        self._started = threading.Event()
        self._ended = threading.Event()
        self.seen = set()
        self.hello = None
        self.ms = 0.0

    def attack_has_started(self):
        self._started.set()

    def attack_has_ended(self):
        self._ended.set()
        self._started.set()

    def run(self):
        self._started.wait()
        self.look()
        start = time.monotonic()
        self.hello = self._client.run("bash", self.CODE, env={"NEIGHBOUR": NEIGHBOUR})
        self.ms = elapsed_ms(start)
        self._client.delete(f"/v1/runs/{self.hello['id']}")

    def look(self):
        """Waits for the attack's processes: they may not have been executed yet."""
        deadline = Deadline(1.0)
        while not self._ended.is_set() and not deadline.passed() and not self.seen:
            found = (procs.look_up(pid) for pid in census.carrying(self._marker))
            self.seen = {p.identity for p in found if p and p.sandboxed}


class Arena:
    """Owns the server. One attack at a time."""

    def __init__(self, binary=BINARY, **settings):
        settings.setdefault("env", {"LEASH_TOKEN": SHARED_TOKEN, "E2E_CANARY": CANARY})
        settings.setdefault("config", {"drain_ms": 500, "max_tasks": 1100})
        options = ("--max-running", "8", "--ready-slots", str(READY_SLOTS))
        self.server = Server(*options, binary=binary, **settings)
        self._binary = binary

    def __enter__(self):
        self.server.__enter__()
        try:
            self._prepare()
        except BaseException:
            self.server.close(failed=True)
            raise
        return self

    def _prepare(self):
        wait_warm(self.server, READY_SLOTS)
        self.client = self.server.client()
        for language, code in WARM_UP * 2:
            self.client.delete(f"/v1/runs/{self.client.run(language, code)['id']}")
        self.host = HostCanaries(self.server, self._binary)
        self._counter = census.Counter(self.server)
        for what in VARIABLES:
            wait_ahead(self.server, what)
        full = (READY_SLOTS * (1 + len(WARM_LANGUAGES)) + len(VARIABLES),)
        wait_until(
            lambda: {len(slots) for slots in self._counter.slots()} == set(full), "all slots ready"
        )
        self._before = self._counter.take()

    def __exit__(self, kind, value, trace):
        self.host.close()
        self.server.close(failed=kind is not None)

    # --- one attack --------------------------------------------------------------------------

    def play(self, case):
        """Carries out a case and judges it."""
        played = Played(case)
        marker = f"corpus-{uuid.uuid4().hex}"
        neighbour = Neighbour(self.server.client(), marker)
        neighbour.start()
        try:
            events = self._attack(case, marker, neighbour)
        finally:
            neighbour.attack_has_ended()
            neighbour.join()
        played.run = self.client.finished(events[0].data["id"])
        played.stdout, played.stderr = text_of(events, "stdout"), text_of(events, "stderr")
        compiled = played.run["compile"] or {"stdout": "", "stderr": ""}
        compiler = compiled["stdout"] + compiled["stderr"]
        played.unmet = corpus.unmet(case, played.run, played.stdout, played.stderr, compiler)
        played.broken = [
            *ending_problems(played.run, events[-1].data),
            *secrets_in(played.stdout, played.stderr, compiler),
        ]
        played.neighbour_ms = neighbour.ms
        if not neighbour.hello or neighbour.hello["stdout"] != "hello\n":
            played.broken.append(f"the neighbour got no hello: {neighbour.hello}")
        elif neighbour.ms > NEIGHBOUR_MS:
            played.broken.append(f"the neighbour waited {neighbour.ms:.0f} ms for its hello")
        self.client.delete(f"/v1/runs/{played.run['id']}")
        start = time.monotonic()
        played.broken += self.aftermath(neighbour.seen, marker)
        played.settle_ms = elapsed_ms(start)
        return played

    def _attack(self, case, marker, neighbour):
        """Starts the case, stops it where it says so, reads it to its end: its events."""
        body = case.body(self._names(), {"CORPUS_MARKER": marker})
        body["args"].append(marker)
        deadline = Deadline(case.seconds)
        tail = ""
        with self.client.stream(case.language, case.code, "ndjson", **body) as stream:
            while event := stream.next(deadline.left()):
                if event.type == "started":
                    neighbour.attack_has_started()
                if event.type == "stdout" and case.stop and tail is not None:
                    tail = tail[-len(case.stop) :] + event.bytes().decode("utf-8", "replace")
                    if case.stop in tail:
                        self.client.stop(stream.run_id, grace_ms=case.grace)
                        tail = None
            check_events(stream.events)
            return stream.events

    def _names(self):
        return {
            "port": self.server.port,
            "spawner": self.server.spawner_pid,
            "http": self.server.http_pid(),
            "sentinel": self.host.sentinel,
            "state": self.server.folder.path,
        }

    # --- after it ----------------------------------------------------------------------------

    def aftermath(self, seen=(), marker=None):
        """What an attack has left behind or changed, in words; waits for what may take a moment."""
        left = []

        def is_quiet():
            left[:] = self._left(seen, marker)
            return not left

        poll(is_quiet, SETTLE_SECONDS)
        return left + self.host.problems()

    def _left(self, seen, marker):
        """What is still there. Memory, too, takes a moment: the kernel sums up its counters late."""
        found = [f"still there: {process}" for process in procs.present(seen)]
        if marker:
            found += [f"still there: pid {pid}" for pid in census.carrying(marker.encode())]
        return found + self._counter.take().differences(self._before, MEMORY_SLACK_KIB)


WARM_LANGUAGES = ("python", "javascript")
WARM_UP = (
    ("bash", "echo 1"),
    ("python", "print(1)"),
    ("c", "#include <stdio.h>\nint main(void) { puts(\"1\"); }"),
    ("bash", "head -c 2000000 /dev/zero"),
    # From the second use on, processes of these are kept started ahead.
    ("node", "console.log(1)"),
    ("csharp", 'class P { static void Main() { System.Console.WriteLine(1); } }'),
    ("java", "class P { public static void main(String[] args) { System.out.println(1); } }"),
)


def text_of(events, stream):
    data = b"".join(event.bytes() for event in events if event.type == stream)
    return data.decode("utf-8", "replace")


def ending_problems(run, finished):
    """A run has one ending, out of the closed list, and all who tell of it tell the same."""
    found = []
    if run["status"] not in STATUS_OF.get(run["cause"], ()):
        found.append(f"not an ending: {run['status']} by {run['cause']}")
    different = {name for name in finished if finished[name] != run.get(name)}
    if different:
        found.append(f"the event and the run differ in {sorted(different)}")
    return found


def secrets_in(*texts):
    return [f"a secret was printed: {secret}" for secret in SECRETS if any(secret in t for t in texts)]
