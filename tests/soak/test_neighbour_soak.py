"""A hello beside each class of hostile runs, long enough for a p99. LEASH_SOAK_NEIGHBOUR_SECONDS."""

import os

from support.neighbour import ALL, attack_and_measure, check, table
from support.server import Server
from support.warm import wait_warm

SECONDS = float(os.environ.get("LEASH_SOAK_NEIGHBOUR_SECONDS", "30"))


def test_neighbours_of_hostile_runs_are_served():
    with Server("--max-running", "4", config={"drain_ms": 500}) as server:
        wait_warm(server)
        rows = [attack_and_measure(server, name, SECONDS) for name in ALL]
    print("\n" + table(rows))
    for row in rows:
        check(row)
