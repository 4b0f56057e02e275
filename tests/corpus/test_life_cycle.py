"""Attacks by the order and the moment of calls: whoever comes first is the cause, for everybody."""

import asyncio
import os
import random
import threading

import pytest

from support.async_client import Connection, at
from support.stream import check_events

FLOOD = int(os.environ.get("LEASH_FLOOD", "1000"))
MOMENTS = int(os.environ.get("LEASH_MOMENTS", "200"))
WALL_MS = 250
# Leaves a trace of having been executed, then never ends.
EXECUTED = "echo executed; while :; do :; done"
TAKES_ALL_MEMORY = """
import sys, time
print("up")
time.sleep(float(sys.argv[1]))
held = []
while True:
    held.append(b"x" * (4 << 20))
"""


async def stop_at_a_moment(connection, other, delay):
    """Starts a run and stops it so many seconds later, wherever it is by then."""
    status, run = await connection.request(
        "POST", "/v1/runs?async=true", {"language": "bash", "code": EXECUTED}
    )
    assert status == 202, run
    await at(delay, lambda: other.send("POST", f"/v1/runs/{run['id']}/stop"))
    status, answer = await other.answer()
    assert status == 200 and answer["stopped"] is True, answer
    assert answer["proof"]["empty"] is True, answer
    status, run = await connection.request("GET", f"/v1/runs/{run['id']}")
    assert (run["status"], run["cause"]) == ("cancelled", "stop"), run
    status, _ = await other.request("DELETE", f"/v1/runs/{run['id']}")
    assert status == 204
    return run["stdout"]


@pytest.mark.timeout(120)
def test_182_stopped_in_every_step_of_the_set_up(arena):
    """More at once than there are slots made ahead, so that slots are made, too, when the stop comes:
    some programs were executed, some never, and nothing in between."""

    async def attack():
        left = iter(range(MOMENTS))
        typical = 0.005  # comes near to how long a start takes, whatever the machine

        async def work():
            nonlocal typical
            pair = [await Connection.open(arena.server) for _ in range(2)]
            outputs = []
            for _ in left:  # shared: each takes the next one
                delay = random.choice((0.0, random.uniform(0, 2 * typical)))
                outputs.append(await asyncio.wait_for(stop_at_a_moment(*pair, delay), 30))
                if delay > 0:
                    typical *= 0.9 if outputs[-1] else 1.1
            for connection in pair:
                connection.close()
            return outputs

        return [o for outputs in await asyncio.gather(*(work() for _ in range(6))) for o in outputs]

    outputs = asyncio.run(attack())
    assert len(outputs) == MOMENTS and set(outputs) <= {"", "executed\n"}
    assert set(outputs) == {"", "executed\n"}, "not both sides of the start were hit"


@pytest.mark.timeout(120)
def test_186_clock_stop_and_memory_at_the_same_moment(arena):
    """The wall clock, a stop and the kernel's OOM killer: one of them is the cause, for all who ask."""
    causes = set()
    for _ in range(24):
        hog, stop = (WALL_MS / 1000 + random.uniform(-0.12, 0.03) for _ in range(2))
        limits = {"wall_ms": WALL_MS, "memory_bytes": 16 << 20, "disk_bytes": 1 << 20}
        client = arena.client
        with client.stream("python", TAKES_ALL_MEMORY, args=[str(hog)], limits=limits) as stream:
            stream.wait_for_text("up\n")
            told = {}
            stopper = threading.Timer(stop, lambda: told.update(client.stop(stream.run_id)))
            stopper.start()
            finished = stream.finish()
            stopper.join()
            check_events(stream.events)
        run = client.show(stream.run_id)
        cause = finished["cause"]
        status = {"stop": "cancelled", "wall_limit": "timed_out", "memory_limit": "limit_exceeded"}
        assert finished["status"] == status[cause], finished
        assert (run["cause"], told["cause"]) == (cause, cause), (run, told)
        assert told["stopped"] == (cause == "stop"), told
        causes.add(cause)
    assert len(causes) >= 2, causes


def test_188_deleted_while_streamed_and_while_stopped(arena):
    """Every reader gets the one ending, the run is unknown from then on, and whoever asked to stop it
    gets the proof or is told that there is no such run."""
    client = arena.client
    for _ in range(10):
        with client.stream("bash", "echo up; while :; do :; done") as stream:
            stream.wait_for_text("up\n")
            reader = client.follow(stream.run_id)
            answers = {}
            calls = {
                "stop": lambda: client.post(f"/v1/runs/{stream.run_id}/stop"),
                "delete": lambda: client.delete(f"/v1/runs/{stream.run_id}"),
            }
            threads = [
                threading.Thread(target=lambda n=name: answers.update({n: calls[n]()}))
                for name in random.sample(sorted(calls), 2)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert stream.finish()["cause"] == "stop" and reader.finish()["cause"] == "stop"
            reader.close_fin()
        assert answers["delete"].status == 204, answers
        assert answers["stop"].status in (200, 404), answers
        if answers["stop"].status == 200:
            assert answers["stop"].json()["proof"]["empty"] is True
        assert client.get(f"/v1/runs/{stream.run_id}").status == 404


@pytest.mark.timeout(240)
def test_192_a_thousand_started_and_stopped_at_once(arena):
    """Eight may run; the others wait, and most of them are stopped before their turn comes."""

    async def attack():
        connections = [await Connection.open(arena.server) for _ in range(16)]
        left = iter(range(FLOOD))
        body = {"language": "bash", "code": EXECUTED, "limits": {"wall_ms": 60_000}}
        refused = 0

        async def start_some(connection):
            nonlocal refused
            ids = []
            for _ in left:
                status, run = await connection.request("POST", "/v1/runs?async=true", body)
                assert status in (202, 429), run
                refused += status == 429
                ids += [run["id"]] if status == 202 else []
            return ids

        ids = [i for some in await asyncio.gather(*map(start_some, connections)) for i in some]
        assert len(ids) + refused == FLOOD and len(ids) >= min(FLOOD, 1000)
        random.shuffle(ids)
        rest = iter(ids)

        async def stop_some(connection):
            causes = []
            for run_id in rest:
                status, answer = await connection.request("POST", f"/v1/runs/{run_id}/stop")
                assert status == 200 and answer["proof"]["empty"] is True, answer
                causes.append(answer["cause"])
                assert (await connection.request("DELETE", f"/v1/runs/{run_id}"))[0] == 204
            return causes

        causes = [c for some in await asyncio.gather(*map(stop_some, connections)) for c in some]
        for connection in connections:
            connection.close()
        return causes

    causes = asyncio.run(attack())
    assert set(causes) == {"stop"}, set(causes)
    assert arena.client.live_runs() == []
