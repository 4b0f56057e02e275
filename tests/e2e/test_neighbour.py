"""A neighbour is not hurt: a hello beside a run that does its worst, and /healthz. The times are
recorded; what is asserted is generous, since a machine that tests does other things, too. The longer
measurement, with its table, is in `soak/`."""

import pytest

from support.neighbour import ALL, attack_and_measure, check
from support.server import Server
from support.warm import wait_warm

SECONDS = 3.0


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
    check(row)
