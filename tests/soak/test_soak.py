"""What takes longer than a test may. Each size is a variable, so that a small one can be tried:
LEASH_SOAK_HISTORIES, LEASH_SOAK_RACES, LEASH_SOAK_SECONDS, LEASH_SOAK_CYCLES."""

import asyncio
import os
import random
import subprocess
from pathlib import Path

from support import histories, races
from support.cycles import Cycles
from support.server import BINARY, Server

HISTORIES = os.environ.get("LEASH_SOAK_HISTORIES", "100000")
RACES = int(os.environ.get("LEASH_SOAK_RACES", "10000"))
SECONDS = float(os.environ.get("LEASH_SOAK_SECONDS", "120"))
CYCLES = int(os.environ.get("LEASH_SOAK_CYCLES", "100000"))


def test_random_histories_under_a_virtual_clock():
    program = Path(BINARY).parent / "src/service/leash_service_history_test"
    environment = {**os.environ, "LEASH_HISTORIES": HISTORIES}
    subprocess.run([program, "--gtest_brief=1"], env=environment, check=True)


def test_random_histories_of_eight_clients():
    seed = random.randrange(1, 1_000_000)
    print(f"seed {seed}")
    with Server("--max-running", "6", "--max-queued", "12") as server:
        seen = histories.play(server, seed, SECONDS)
        client = server.client()
        client.stop_everything()
        histories.check(client, seen)
    print(f"{seen.operations} operations on {len(seen.ids)} runs, nothing left")


def test_races():
    with Server("--max-running", "16") as server:
        outcomes = asyncio.run(races.run_races(server, RACES))
    races.check_outcomes(outcomes)


def test_r14_start_and_stop_leave_memory_descriptors_and_threads_flat():
    with Server("--max-running", "16") as server:
        cycles = Cycles(server)
        cycles.run(CYCLES)
        for sample in cycles.samples:
            print(sample)
        cycles.check_flat()
    print(f"{CYCLES} runs started and stopped, nothing left")
