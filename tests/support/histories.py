"""Clients that do random things to one server at once, what each of them saw, and the rules that
all of it must keep when it is put together. A seed gives each client's choices again (what the
server makes of them at the same time is its own affair)."""

import random
import threading
import time
from collections import defaultdict

from support.stream import Stream, close_fin, close_rst

LANGUAGE = "bash"
PROGRAMS = (
    "echo one",
    "for ((i = 0; i < 200; i++)); do echo line $i; done",
    "echo first; sleep 0.05; echo second >&2; exit 3",
    "while :; do :; done",
    "while read -r line; do echo got $line; done",
    "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done",
    "for ((i = 0; ; i++)); do echo $i; sleep 0.01; done",
    "kill -SEGV $$",
)
KEYS = ("a", "b", "c")
FINAL = ("id", "key", "status", "cause", "phase", "exit_code", "signal", "stop", "usage")


class Seen:
    """What all clients saw, by run. Any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self.ids = []
        self.streams = defaultdict(list)  # id -> [(after, events, ended)]
        self.objects = defaultdict(list)  # id -> [Run object]
        self.stops = defaultdict(list)  # id -> [answer]
        self.removed = set()
        self.operations = 0

    def add_id(self, run_id):
        with self._lock:
            if run_id not in self.ids:
                self.ids.append(run_id)

    def any_id(self, choice):
        with self._lock:
            return choice(self.ids[-40:]) if self.ids else None

    def add(self, table, run_id, what):
        self.add_id(run_id)
        with self._lock:
            getattr(self, table)[run_id].append(what)

    def count(self):
        with self._lock:
            self.operations += 1


class RandomClient:
    """One client: operations one after another until the time is over."""

    def __init__(self, client, seen, seed):
        self._client = client
        self._seen = seen
        self._random = random.Random(seed)
        self._operations = (
            [self.run_json] * 3
            + [self.run_stream] * 5
            + [self.run_async] * 4
            + [self.stop] * 4
            + [self.stop_key] * 2
            + [self.follow] * 4
            + [self.write] * 2
            + [self.show, self.list, self.remove]
        )

    def act_until(self, end):
        while time.monotonic() < end:
            self._random.choice(self._operations)()
            self._seen.count()

    # --- starting ----------------------------------------------------------------------------

    def _fields(self):
        fields = {"limits": {"wall_ms": self._random.choice((200, 500, 1500))}}
        if self._random.random() < 0.4:
            fields["key"] = self._random.choice(KEYS)
        if self._random.random() < 0.3:
            fields["disconnect_grace_ms"] = 30
        return self._random.choice(PROGRAMS), fields

    def run_json(self):
        code, fields = self._fields()
        if self._random.random() < 0.4:
            return self._vanish(self._client.send_run(LANGUAGE, code, **fields))
        answer = self._client.post("/v1/runs", {"language": LANGUAGE, "code": code, **fields})
        if answer.status == 200:
            self._seen.add("objects", answer.json()["id"], answer.json())
        else:
            assert answer.status == 429, answer

    def _vanish(self, sock):
        self._random.choice((close_fin, close_rst))(sock)

    def run_async(self):
        code, fields = self._fields()
        body = {"language": LANGUAGE, "code": code, **fields}
        answer = self._client.post("/v1/runs?async=true", body)
        assert answer.status in (202, 429), answer
        if answer.status == 202:
            self._seen.add_id(answer.json()["id"])

    def run_stream(self):
        code, fields = self._fields()
        format = self._random.choice(("sse", "ndjson"))
        try:
            stream = self._client.stream(LANGUAGE, code, format, **fields)
        except AssertionError as refusal:
            assert refusal.args[0][0] == 429, refusal
            return
        self._read(stream, None, 0)

    # --- reading -----------------------------------------------------------------------------

    def _read(self, stream, run_id, after):
        """To the end, or some events and away, by FIN or by RST."""
        most = self._random.choice((1, 3, 10, None, None))
        ended = False
        while most is None or len(stream.events) < most:
            if stream.next(20) is None:
                ended = True
                break
        if stream.events:
            run_id = run_id or stream.events[0].data["id"]
            self._seen.add("streams", run_id, (after, stream.events, ended))
        self._random.choice((Stream.close_fin, Stream.close_rst))(stream)

    def follow(self):
        run_id = self._seen.any_id(self._random.choice)
        if run_id is None:
            return
        after = self._random.choice((None, 0, 1, 2, 5))
        format = self._random.choice(("sse", "ndjson"))
        try:
            header = None if after is None else str(after)
            stream = self._client.follow(run_id, format, header)
        except AssertionError as refusal:
            assert refusal.args[0][0] == 404, refusal
            return
        self._read(stream, run_id, after or 0)

    def show(self):
        run_id = self._seen.any_id(self._random.choice)
        if run_id is None:
            return
        answer = self._client.get(f"/v1/runs/{run_id}?wait_ms={self._random.choice((0, 50))}")
        assert answer.status in (200, 404), answer
        if answer.status == 200:
            self._seen.add("objects", run_id, answer.json())

    def list(self):
        for run in self._client.runs(limit=20)["runs"]:
            self._seen.add("objects", run["id"], run)

    # --- ending ------------------------------------------------------------------------------

    def stop(self):
        run_id = self._seen.any_id(self._random.choice)
        if run_id is None:
            return
        grace = self._random.choice((0, 0, 40))
        answer = self._client.post(f"/v1/runs/{run_id}/stop", {"grace_ms": grace})
        # A stop of a run that is gone is one that misses: those are counted, and may be refused.
        assert answer.status in (200, 404, 429), answer
        if answer.status == 200:
            self._seen.add("stops", run_id, answer.json())

    def stop_key(self):
        answer = self._client.stop_key(self._random.choice(KEYS))
        assert answer.status in (200, 404, 429), answer
        if answer.status == 200:
            self._seen.add("stops", answer.json()["id"], answer.json())

    def write(self):
        run_id = self._seen.any_id(self._random.choice)
        if run_id is None:
            return
        answer = self._client.send_stdin(run_id, b"text\n", eof=self._random.random() < 0.5)
        assert answer.status in (204, 404, 409), answer

    def remove(self):
        run_id = self._seen.any_id(self._random.choice)
        if run_id is None:
            return
        answer = self._client.delete(f"/v1/runs/{run_id}")
        assert answer.status in (204, 404), answer
        self._seen.removed.add(run_id)


def play(server, seed, seconds, clients=8):
    """Lets them loose and returns what they saw. The first failure of any of them fails."""
    seen = Seen()
    failures = []
    end = time.monotonic() + seconds

    def act(number):
        try:
            RandomClient(server.client(), seen, seed * 1000 + number).act_until(end)
        except BaseException as failure:  # handed on to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    assert not failures, failures[0]
    assert not any(thread.is_alive() for thread in threads), "a client never came back"
    return seen


# --- the rules ---------------------------------------------------------------------------------


def check(client, seen):
    """Everything that was seen of each run agrees with its last word, which is read now."""
    for run_id in seen.ids:
        answer = client.get(f"/v1/runs/{run_id}")
        if answer.status == 404:
            assert run_id in seen.removed, f"{run_id} is gone, and nobody removed it"
            check_one(seen, run_id, None, None)
            continue
        assert answer.status == 200, answer
        check_one(seen, run_id, answer.json(), client.follow(run_id).rest())


def check_one(seen, run_id, last, reference):
    streams = list(seen.streams[run_id])
    if reference is not None:
        streams.append((0, reference, True))
    by_seq = {}
    causes = set()
    for after, events, ended in streams:
        check_stream(run_id, after, events, ended)
        for event in events:
            if event.type == "truncated":
                continue  # made for one reader
            said = (event.type, event.data)
            assert by_seq.setdefault(event.seq, said) == said, (run_id, event, by_seq[event.seq])
            if event.type in ("stopping", "finished"):
                causes.add(event.data["cause"])
    finals = [said[1] for said in by_seq.values() if said[0] == "finished"]
    assert len(finals) <= 1, finals
    objects = seen.objects[run_id] + ([last] if last else [])
    finished = finals + [run for run in objects if run["state"] == "finished"]
    for run in finished:
        facts = {name: run[name] for name in FINAL}
        assert facts == {name: finished[0][name] for name in FINAL}, (run, finished[0])
    causes |= {run["cause"] for run in objects if run["cause"]}
    causes |= {answer["cause"] for answer in seen.stops[run_id]}
    assert len(causes) <= 1, f"{run_id} has several causes: {causes}"
    for answer in seen.stops[run_id]:
        assert answer["proof"]["empty"] is True, answer
        assert not answer["stopped"] or answer["cause"] == "stop", answer
    if last:
        assert last["state"] == "finished" and causes == {last["cause"]}, (last, causes)


def check_stream(run_id, after, events, ended):
    """No gaps but those that a `truncated` event owns up to; one `finished`, last."""
    seq = after
    for event in events:
        if event.type == "truncated" and event.seq != seq + 1:
            assert event.seq > seq, (run_id, event)
        else:
            assert event.seq == seq + 1, f"{run_id}: a gap before {event}"
        seq = event.seq
    types = [event.type for event in events]
    assert "finished" not in types[:-1], types
    assert not ended or types[-1] == "finished", (run_id, after, types[-3:])
    assert after or types[0] == "queued", types[:3]
