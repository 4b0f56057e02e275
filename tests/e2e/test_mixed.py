"""A thousand runs of every kind, and then zero of each thing that a run can leave."""

import pytest

from support import leaks, mixed
from support.warm import wait_warm


@pytest.mark.timeout(300)
def test_a_thousand_mixed_runs_end_with_zero_of_each(own_server):
    # Records are kept on purpose: so few that they do not look like a leak. Nor do the slots that
    # a load makes wait.
    config = {"retain_total_bytes": 1_000_000, "ready_slots": 4}
    server = own_server("--max-running", "8", config=config)
    wait_warm(server)
    mixed.play(server, 60)  # for whatever is made once
    before = leaks.baseline(server)
    outcomes = mixed.play(server, 1000)
    zeros = leaks.zeros(server.folder, before)
    print(mixed.table(outcomes, zeros))
    assert sum(outcomes.values()) == 1000 and len(outcomes) >= 7, outcomes
    assert set(zeros.values()) == {0}, leaks.left(server.folder, before=before)
