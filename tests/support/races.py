"""Two things that happen to a run within a millisecond of each other, and the one truth that must
come of it. Each kind of race looks for its own edge: the distance between the two is moved towards
whoever lost the last time, so that both go on winning."""

import asyncio
import itertools
import random
from collections import Counter

from support.async_client import Connection, at, until

SPIN = "while :; do :; done"
UNTIL_TOLD = "read -r line; exit 0"  # ends by itself when it is told to
NDJSON = "application/x-ndjson"
STATUS = {
    "exit": "succeeded",
    "stop": "cancelled",
    "replaced": "cancelled",
    "client_disconnected": "cancelled",
}


class Edge:
    """By how many seconds the second action follows the first: ±1 ms around where both may win.

    The steps towards that place grow while the same one goes on winning: on a busy machine an exit
    may take many milliseconds more than a stop."""

    STEP, LARGEST_STEP, FARTHEST = 0.0002, 0.005, 0.1

    def __init__(self):
        self._middle = 0.0
        self._step = self.STEP
        self._first_won = None

    def draw(self):
        return self._middle + random.uniform(-0.001, 0.001)

    def won(self, first):
        again = first == self._first_won
        self._step = min(self._step * 1.5, self.LARGEST_STEP) if again else self.STEP
        self._first_won = first
        middle = self._middle + (-self._step if first else self._step)
        self._middle = max(-self.FARTHEST, min(self.FARTHEST, middle))


class Racer:
    """Runs races one after another over its own connections."""

    numbers = itertools.count()

    def __init__(self, server, edges, outcomes):
        self._server = server
        self._edges = edges
        self._outcomes = outcomes

    async def race(self, kind):
        self._connections = []
        cause = await getattr(self, kind)(self._edges[kind].draw())
        self._outcomes[kind][cause] += 1
        self._edges[kind].won(cause == FIRST[kind])
        for connection in self._connections:
            connection.close()

    async def _open(self, count):
        new = [await Connection.open(self._server) for _ in range(count)]
        self._connections += new
        return new

    async def _start(self, connection, code, **fields):
        """A run that was executed: its id and what is to come of its events."""
        connection.send("POST", "/v1/runs", {"language": "bash", "code": code, **fields}, NDJSON)
        events = connection.events()
        run_id = (await until(events, "queued"))["id"]
        await until(events, "started")
        return run_id, events

    async def _both(self, distance, first, second):
        """Makes both calls; a negative distance makes the second one the earlier."""
        lead = 0.001
        await asyncio.gather(
            at(lead + max(0.0, -distance), first), at(lead + max(0.0, distance), second)
        )

    # --- the kinds: each returns the cause that the run ended with --------------------------

    async def exit_or_stop(self, distance):
        stream, teller, stopper = await self._open(3)
        run_id, events = await self._start(stream, UNTIL_TOLD)
        await self._both(
            distance,
            lambda: teller.send("POST", f"/v1/runs/{run_id}/stdin", b"go\n"),
            lambda: stopper.send("POST", f"/v1/runs/{run_id}/stop"),
        )
        (told, _), (status, answer) = await asyncio.gather(teller.answer(), stopper.answer())
        finished = await until(events, "finished")
        assert told in (204, 409) and status == 200, (told, status)
        check_stop(answer, finished)
        return check_end(finished, "exit", "stop")

    async def start_or_stop(self, distance):
        key = self._new_key()
        starter, stopper = await self._open(2)
        body = {"language": "bash", "code": SPIN, "key": key}
        await self._both(
            distance,
            lambda: starter.send("POST", "/v1/runs?async=true", body),
            lambda: stopper.send("POST", f"/v1/keys/{key}/stop"),
        )
        (accepted, run), (status, answer) = await asyncio.gather(starter.answer(), stopper.answer())
        assert accepted == 202 and status in (200, 404, 429), (accepted, status)
        if status == 200:
            assert answer["id"] == run["id"] and answer["stopped"] is True, answer
        else:  # it came too early, and has done nothing
            stopped, answer = await stopper.request("POST", f"/v1/runs/{run['id']}/stop")
            assert stopped == 200 and answer["stopped"] is True, answer
        _, finished = await starter.request("GET", f"/v1/runs/{run['id']}")
        check_stop(answer, finished)
        check_end(finished, "stop")
        return "reached" if status == 200 else "missed"

    async def exit_or_replaced(self, distance):
        key = self._new_key()
        stream, teller, replacer = await self._open(3)
        run_id, events = await self._start(stream, UNTIL_TOLD, key=key)
        newer = {"language": "bash", "code": "exit 5", "key": key}
        await self._both(
            distance,
            lambda: teller.send("POST", f"/v1/runs/{run_id}/stdin", b"go\n"),
            lambda: replacer.send("POST", "/v1/runs", newer),
        )
        _, (status, other) = await asyncio.gather(teller.answer(), replacer.answer())
        check_newer(status, other)
        return check_end(await until(events, "finished"), "exit", "replaced")

    async def stop_or_replaced(self, distance):
        key = self._new_key()
        stream, stopper, replacer = await self._open(3)
        run_id, events = await self._start(stream, SPIN, key=key)
        newer = {"language": "bash", "code": "exit 5", "key": key}
        await self._both(
            distance,
            lambda: stopper.send("POST", f"/v1/runs/{run_id}/stop"),
            lambda: replacer.send("POST", "/v1/runs", newer),
        )
        (stopped, answer), (status, other) = await asyncio.gather(
            stopper.answer(), replacer.answer()
        )
        finished = await until(events, "finished")
        assert stopped == 200
        check_stop(answer, finished)
        check_newer(status, other)
        return check_end(finished, "stop", "replaced")

    async def stop_or_disconnect(self, distance):
        stream, stopper = await self._open(2)
        run_id, _ = await self._start(stream, SPIN)
        await self._both(
            distance,
            lambda: stopper.send("POST", f"/v1/runs/{run_id}/stop"),
            stream.close,
        )
        status, answer = await stopper.answer()
        assert status == 200
        _, finished = await stopper.request("GET", f"/v1/runs/{run_id}")
        check_stop(answer, finished)
        return check_end(finished, "stop", "client_disconnected")

    def _new_key(self):
        return f"race-{next(self.numbers)}"


FIRST = {  # the cause with which the first of the two wins
    "exit_or_stop": "exit",
    "start_or_stop": "reached",
    "exit_or_replaced": "exit",
    "stop_or_replaced": "stop",
    "stop_or_disconnect": "stop",
}


# --- what must hold ----------------------------------------------------------------------------


def check_stop(answer, finished):
    """What the stop said agrees with how the run ended: the only stop there was."""
    assert answer["state"] == "finished" and answer["proof"]["empty"] is True, answer
    assert answer["cause"] == finished["cause"], (answer, finished)
    assert answer["status"] == finished["status"], (answer, finished)
    assert answer["stopped"] == (finished["cause"] == "stop"), (answer, finished)


def check_end(finished, *causes):
    assert finished["state"] == "finished" and finished["cause"] in causes, finished
    cause = finished["cause"]
    assert finished["status"] == STATUS[cause], finished
    if cause == "exit":
        assert finished["stop"] is None and finished["exit_code"] == 0, finished
    else:
        assert finished["stop"]["cause"] == cause and finished["stop"]["empty"] is True, finished
    return cause


def check_newer(status, run):
    """The run that took the key over is nobody else's business."""
    assert status == 200 and (run["cause"], run["exit_code"]) == ("exit", 5), (status, run)


async def run_races(server, count, at_once=4):
    """`count` races, of all kinds in turn. Returns the outcomes: kind -> Counter of causes."""
    edges = {kind: Edge() for kind in FIRST}
    outcomes = {kind: Counter() for kind in FIRST}
    kinds = itertools.islice(itertools.cycle(FIRST), count)

    async def work():
        racer = Racer(server, edges, outcomes)
        for kind in kinds:  # shared: each takes the next one
            await asyncio.wait_for(racer.race(kind), 30)

    await asyncio.gather(*(work() for _ in range(at_once)))
    return outcomes


def check_outcomes(outcomes):
    """Prints them; of many races of a kind each of the two has won some."""
    for kind, causes in outcomes.items():
        print(f"{kind}: {dict(causes)}")
        assert sum(causes.values()) < 100 or len(causes) == 2, f"{kind} was no race: {causes}"
