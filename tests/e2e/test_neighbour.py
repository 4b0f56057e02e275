"""A neighbour is not hurt: a hello beside a run that does its worst, and /healthz. The times are
recorded; what is asserted is generous, since a machine that tests does other things, too. The longer
measurement, with its table, is in `soak/`."""

import pytest

from support.neighbour import ALL, attack_and_measure
from support.server import Server
from support.warm import wait_warm

SECONDS = 3.0
HELLO_MS = 3000
HEALTH_MS = 1000
RATIO = 20


@pytest.fixture(scope="module")
def server():
    with Server("--max-running", "4", config={"drain_ms": 500}) as server:
        wait_warm(server)
        yield server


@pytest.mark.parametrize("name", ALL)
def test_neighbour_of_a_hostile_run_is_served(server, name, record_property):
    row = attack_and_measure(server, name, SECONDS)
    for column, cell in zip(row.COLUMNS, row.cells(), strict=True):
        record_property(column, cell)
    hello, health = row.attacked.p(0.99)
    assert hello < max(HELLO_MS, RATIO * row.quiet.p(0.99)[0]), row.cells()
    assert health < HEALTH_MS, row.cells()
    assert row.attacked.p(0.5)[0] < HELLO_MS / 2, row.cells()
