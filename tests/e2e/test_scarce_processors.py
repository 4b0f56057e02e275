"""Where processors are scarce a run that goes on lets newer ones pass, and comes to its turn all the same."""

import contextlib
import os
from pathlib import Path

from support.hostile import OUTPUT_FLOOD, Attack
from support.http_load import Canary
from support.wait import poll, wait_until

SOME = 100


def ticks(server):
    """How often each thread that makes the kernel choose anew went to sleep."""
    found = {}
    for task in Path(f"/proc/{server.spawner_pid}/task").iterdir():
        if (task / "comm").read_text() == "leash-tick\n":
            lines = (task / "status").read_text().splitlines()
            found[task.name] = next(int(line.split()[1]) for line in lines if line.startswith("voluntary"))
    return found


def are_ticking(server, before):
    now = ticks(server)
    return len(now) == min(16, len(os.sched_getaffinity(0))) and all(
        count > before.get(name, 0) + SOME for name, count in now.items()
    )


def are_over(server):
    """Nothing happens for a time in which there would be hundreds of ticks."""
    before = ticks(server)
    poll(lambda: ticks(server) != before, 0.2)
    return ticks(server) == before


def test_the_tick_is_short_while_there_are_long_runs_that_want_all_processors(own_server):
    server = own_server()
    client = server.client()
    wait_until(lambda: are_over(server), "an end of the compilers that are tried at the start")
    before = ticks(server)
    with contextlib.ExitStack() as attacks:
        for _ in os.sched_getaffinity(0):
            attacks.enter_context(Attack(client, "CPU burn"))
        wait_until(lambda: are_ticking(server, before), "ticks on each processor")
        assert client.run("python", "print(1)")["stdout"] == "1\n"
    wait_until(lambda: are_over(server), "an end of the ticks")
    server.stop()


def test_output_of_a_run_that_goes_on_is_read_while_newer_ones_come_and_go(own_server):
    """It is read less often meanwhile: 64 KiB each millisecond, of a flood."""
    server = own_server()
    wanted = 16 << 20
    with Canary(server) as canary, Canary(server):
        limits = {"wall_ms": 60_000, "output_bytes": 1 << 30}
        with server.client().stream("c", OUTPUT_FLOOD, "ndjson", limits=limits) as stream:
            got = 0
            while got < wanted:
                got += len(stream.wait_for("stdout", seconds=20).data["data"])
            server.client().stop(stream.run_id)
    canary.check()
    assert canary.hellos
    server.stop()
