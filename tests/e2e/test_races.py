"""Two things that happen to a run within a millisecond: whichever was first, everybody says so."""

import asyncio
import os

import pytest

from support import races
from support.cycles import Cycles

COUNT = int(os.environ.get("LEASH_RACES", "2000"))


@pytest.mark.timeout(240)
def test_r68_whoever_was_first_is_the_cause_everywhere(own_server):
    server = own_server("--max-running", "16")
    outcomes = asyncio.run(races.run_races(server, COUNT))
    races.check_outcomes(outcomes)
    client = server.client()
    assert client.live_runs() == []
    server.stop()  # nothing is left


def test_r14_rapid_start_and_stop_leave_nothing_behind(own_server):
    """Half of them are stopped while their slot is still being made: it must not be made for them."""
    server = own_server("--max-running", "16", "--ready-slots", "4")
    cycles = Cycles(server)
    cycles.run(420)
    cycles.check_flat()
    server.stop()
