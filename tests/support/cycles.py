"""Start, stop, forget; again and again, every second time only when the program runs; and what the
server's two processes hold meanwhile."""

import asyncio
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from support import census
from support.async_client import Connection, until
from support.warm import wait_warm

SPIN = "while :; do :; done"
WORKERS = 4
SAMPLES = 20


@dataclass
class Sample:
    """What one process holds."""

    cycles: int
    process: str
    rss_kib: int
    descriptors: int
    threads: int

    @classmethod
    def take(cls, cycles, process, pid):
        status = Path(f"/proc/{pid}/status").read_text()
        number = {name: int(re.search(name + r":\s+(\d+)", status)[1]) for name in ("VmRSS", "Threads")}
        # Networks that are kept for later runs are few, and a matter of their own; see leakcheck.
        descriptors = sum(not name.startswith("net:") for name in census.descriptors(pid))
        return cls(cycles, process, number["VmRSS"], descriptors, number["Threads"])

    def __str__(self):
        return (
            f"after {self.cycles:6} cycles: {self.process:7} {self.rss_kib:7} KiB, "
            f"{self.descriptors:3} descriptors, {self.threads} threads"
        )


class Cycles:
    """Runs cycles against a server and samples it between them, when nothing is going on."""

    # Memory comes in steps of an allocator's own making; a leak of 100 bytes a cycle is 10 MB.
    RSS_SLACK_KIB = 4096

    def __init__(self, server):
        self._server = server
        self.samples = []

    def run(self, count):
        """One round more than there are samples: the first one is for warming up."""
        wait_warm(self._server)  # or the slots that come with it would be taken for a leak
        rounds = SAMPLES + 1
        done = 0
        for number in range(rounds):
            size = count // rounds + (number < count % rounds)
            asyncio.run(self._round(size))
            done += size
            if number > 0:
                pids = {"spawner": self._server.spawner_pid, "http": self._server.http_pid()}
                self.samples += [Sample.take(done, name, pid) for name, pid in pids.items()]

    async def _round(self, size):
        numbers = itertools.islice(itertools.count(), size)

        async def work():
            first = await Connection.open(self._server)
            second = await Connection.open(self._server)
            for number in numbers:  # shared: each takes the next one
                start = start_at_once if number % 2 else start_and_see
                await asyncio.wait_for(cycle(start, first, second), 30)
            first.close()
            second.close()

        await asyncio.gather(*(work() for _ in range(WORKERS)))

    def check_flat(self):
        """From the first sample to the last nothing has grown."""
        for name in ("spawner", "http"):
            first, *_, last = [sample for sample in self.samples if sample.process == name]
            assert last.rss_kib <= first.rss_kib * 1.05 + self.RSS_SLACK_KIB, (first, last)
            assert last.threads == first.threads, (first, last)
            # Slots that are being made or removed at the moment of a sample hold a few.
            assert last.descriptors <= first.descriptors + 32, (first, last)


async def start_at_once(connection):
    """A run in whatever state it is: its id, and no events to read."""
    body = {"language": "bash", "code": SPIN}
    status, run = await connection.request("POST", "/v1/runs?async=true", body)
    assert status == 202, run
    return run["id"], None


async def start_and_see(connection):
    """A run whose program was executed: its id, and the events to come."""
    body = {"language": "bash", "code": SPIN}
    connection.send("POST", "/v1/runs", body, "application/x-ndjson")
    events = connection.events()
    run_id = (await until(events, "queued"))["id"]
    await until(events, "started")
    return run_id, events


async def cycle(start, connection, other):
    run_id, events = await start(connection)
    status, answer = await other.request("POST", f"/v1/runs/{run_id}/stop")
    assert status == 200 and answer["stopped"] is True and answer["proof"]["empty"] is True, answer
    if events:
        assert [event["type"] async for event in events] == ["stopping", "finished"]
    status, _ = await other.request("DELETE", f"/v1/runs/{run_id}")
    assert status == 204, status
