"""What takes longer than a test may. Each size is a variable, so that a small one can be tried:
LEASH_SOAK_HISTORIES, LEASH_SOAK_RACES, LEASH_SOAK_SECONDS, LEASH_SOAK_CYCLES, LEASH_SOAK_MIXED,
LEASH_SOAK_CRASHES, LEASH_SOAK_PLACES (how many places of each call are made to fail)."""

import asyncio
import os
import random
import subprocess
from pathlib import Path

import pytest

from support import crashes, faults, histories, leaks, mixed, races
from support.cycles import Cycles
from support.server import BINARY, Server
from support.warm import wait_warm

HISTORIES = os.environ.get("LEASH_SOAK_HISTORIES", "100000")
RACES = int(os.environ.get("LEASH_SOAK_RACES", "10000"))
SECONDS = float(os.environ.get("LEASH_SOAK_SECONDS", "120"))
CYCLES = int(os.environ.get("LEASH_SOAK_CYCLES", "100000"))
MIXED = int(os.environ.get("LEASH_SOAK_MIXED", "10000"))
CRASHES = int(os.environ.get("LEASH_SOAK_CRASHES", "300"))
PLACES = int(os.environ.get("LEASH_SOAK_PLACES", "1000"))


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
    with Server("--max-running", "16", "--ready-slots", "4") as server:
        cycles = Cycles(server)
        cycles.run(CYCLES)
        for sample in cycles.samples:
            print(sample)
        cycles.check_flat()
    print(f"{CYCLES} runs started and stopped, nothing left")


def test_mixed_runs_end_with_zero_of_each():
    config = {"retain_total_bytes": 1_000_000, "ready_slots": 4}
    with Server("--max-running", "8", config=config) as server:
        wait_warm(server)
        mixed.play(server, min(1000, MIXED))  # for whatever is made once
        before = leaks.baseline(server)
        outcomes = mixed.play(server, MIXED)
        zeros = leaks.zeros(server.folder, before)
        print(mixed.table(outcomes, zeros))
        assert set(zeros.values()) == {0}, leaks.left(server.folder, before=before)


def test_kills_at_random_moments_under_load():
    seed = random.randrange(1, 1_000_000)
    print(f"seed {seed}")
    causes = crashes.play(CRASHES, seed=seed)
    print(f"{CRASHES} kills, nothing left one second after each restart; runs ended so: {causes}")


@pytest.mark.parametrize("language", ["bash", "python", "c"])
def test_every_call_of_a_set_up_fails_at_every_place(language):
    with faults.server_of_slots_on_demand() as server:
        places, answers = faults.sweep(server, language, faults.CALLS, most=PLACES)
    print(f"{language}: {sum(places.values())} places: {dict(places)}\nanswers: {dict(answers)}")


def test_every_call_of_the_server_process_fails_at_every_place():
    with faults.server_of_slots_on_demand() as server:
        places, answers = faults.sweep(server, "bash", faults.SERVER_CALLS, most=PLACES, victims=faults.http)
    print(f"http: {dict(places)}\nanswers: {dict(answers)}")
