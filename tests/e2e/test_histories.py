"""Random histories: many clients do anything at once, and what they saw is put together afterwards."""

import os
import random

from support import histories

SECONDS = float(os.environ.get("LEASH_HISTORY_SECONDS", "6"))
SEED = int(os.environ.get("LEASH_HISTORY_SEED", "0"))


def test_r30_eight_clients_at_once_see_one_truth(own_server):
    seed = SEED or random.randrange(1, 1_000_000)
    print(f"LEASH_HISTORY_SEED={seed}")
    server = own_server("--max-running", "6", "--max-queued", "12")
    seen = histories.play(server, seed, SECONDS)
    client = server.client()
    client.stop_everything()
    histories.check(client, seen)
    print(f"{seen.operations} operations on {len(seen.ids)} runs, {len(seen.removed)} removed")
    assert len(seen.ids) > 20 and any(seen.stops.values()), "too little happened to say anything"
    server.stop()  # exit code 0, and nothing is left of all that
