"""Processes of the server are killed at random moments under load; each round ends with a server that
works, nothing left of the one before, and one ending for every run that anybody was told of."""

import itertools
import random
import socket
import threading

from support import leaks
from support.install import few_languages
from support.server import Server, StateFolder
from support.wait import wait_until

NO_END = "while :; do :; done"
TREE = "for i in 1 2 3 4; do (trap '' TERM; setsid sleep 600) & done; wait"
PROGRAMS = (
    ("bash", "echo hello"),
    ("bash", NO_END),
    ("python", "print('hello')"),
    ("bash", TREE),
    ("python", "import sys\nwhile True: sys.stdout.write('x' * 1000)"),
    ("c", "int main(void) { for (;;) {} }"),
)
LANGUAGES = ("bash", "c", "python")
VICTIMS = ("http", "spawner", "both")
# Whoever was to be started when the spawner went never began; whoever has ended has.
ENDINGS = {"server_lost", "exit", "setup_error"}


class Crashes:
    """Rounds of load, kill, restart on one state folder. Not safe for threads."""

    LONGEST = 0.5  # seconds of load before the kill
    RUNS = 24  # a round: half of them wait in the queue

    def __init__(self, folder, address, binary, seed):
        self._folder = folder
        self._binary = binary
        self._address = address
        self._random = random.Random(seed)
        self._programs = itertools.cycle(PROGRAMS)
        self._server = self._new_server()
        self.endings = {}  # of every run that was ever told: id -> its Run object

    def _new_server(self):
        options = {"folder": self._folder, "listen": [self._address], "binary": self._binary}
        return Server("--max-running", "8", **options).start()

    def round(self, victim):
        server = self._server
        told = self._load_and_kill(victim)
        seen = server._seen
        if victim == "http":
            server.wait_ready()
        else:
            server.wait()
            self._server = self._new_server()
        left = leaks.left(self._folder, seen - self._alive_by_right(victim, server), seconds=1.0)
        assert left == [], f"one second after the restart ({victim} was killed): {left}"
        for run_id in told:
            self.endings[run_id] = self._ending(run_id)

    def _alive_by_right(self, victim, server):
        """A spawner whose server was killed goes on."""
        return {p.identity for p in server.tree()} if victim == "http" else set()

    def _load_and_kill(self, victim):
        """Ids of the runs that were answered before the kill."""
        server = self._server
        http, spawner = server.http_pid(), server.spawner_pid
        pids = {"http": [http], "spawner": [spawner], "both": [http, spawner]}[victim]
        timer = threading.Timer(self._random.uniform(0, self.LONGEST), server.kill, pids)
        client = server.client()
        told = []
        timer.start()
        for language, code in itertools.islice(self._programs, self.RUNS):
            if not timer.is_alive():
                break
            try:
                answer = client.post("/v1/runs?async=true", {"language": language, "code": code})
            except (OSError, ValueError):
                continue  # it was killed before it could answer
            if answer.status == 202 and timer.is_alive():
                told.append(answer.json()["id"])
        timer.join()
        return told

    def _ending(self, run_id):
        """The run as it ended: the same in its record and at the end of its events, said once."""
        client = self._server.client()
        wait_until(lambda: client.show(run_id)["state"] == "finished", f"the end of {run_id}")
        run = client.show(run_id)
        assert run["cause"] in ENDINGS, run
        # No program of these ends badly by itself: whoever was taken did not "exit".
        assert run["cause"] != "exit" or run["status"] == "succeeded", run
        with client.follow(run_id) as stream:
            events = stream.rest()
        assert [event.type for event in events].count("finished") == 1, events
        assert events[-1].type == "finished" and events[-1].data["cause"] == run["cause"], run
        return run

    def end(self):
        """What was said about each run is still said; then the server's own end."""
        client = self._server.client()
        for run_id, run in self.endings.items():
            assert client.show(run_id) == run, run_id
        self._server.stop()

    def close(self):
        self._server.close(failed=True)


def play(rounds, victims=VICTIMS, seed=1):
    """Returns how the runs ended: cause -> count."""
    folder = StateFolder()
    try:
        with few_languages(*LANGUAGES) as binary, socket.create_server(("127.0.0.1", 0)) as probe:
            address = f"127.0.0.1:{probe.getsockname()[1]}"
            probe.close()  # nobody listens there now
            return _play(Crashes(folder, address, binary, seed), rounds, victims)
    finally:
        folder.close()


def _play(crashes, rounds, victims):
    try:
        for number in range(rounds):
            crashes.round(victims[number % len(victims)])
        crashes.end()
    finally:
        crashes.close()
    causes = [run["cause"] for run in crashes.endings.values()]
    return {cause: causes.count(cause) for cause in sorted(set(causes))}
