"""Two things that happen to a run within a millisecond: whichever was first, everybody says so."""

import asyncio
import os

import pytest

from support import races

COUNT = int(os.environ.get("LEASH_RACES", "2000"))


@pytest.mark.timeout(240)
def test_r68_whoever_was_first_is_the_cause_everywhere(own_server):
    server = own_server("--max-running", "16")
    outcomes = asyncio.run(races.run_races(server, COUNT))
    for kind, causes in outcomes.items():
        print(f"{kind}: {dict(causes)}")
        assert len(causes) == 2, f"{kind} was no race: {causes}"
    client = server.client()
    assert client.live_runs() == []
    server.stop()  # nothing is left
