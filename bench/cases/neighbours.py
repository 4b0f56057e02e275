"""B15: a hello beside runs that do their worst, one class of them after the other."""

import contextlib
import multiprocessing
import os

from cases.latency import LOW_RATE_PAUSE, PRINT
from harness.benchmark import Benchmark, Outcome, Ratio
from harness.measure import Series, repeated
from harness.stats import Summary
from support.hostile import CLASSES, Attack

EACH = 20  # a round
TARGET = 2


def attack(server, name, count, pipe):
    """The attackers' process: `count` runs at once, until it is told to end."""
    with contextlib.ExitStack() as attacks:
        for _ in range(count):
            attacks.enter_context(Attack(server.client(), name))
        pipe.send("started")
        pipe.recv()


@contextlib.contextmanager
def attackers(server, name):
    """A hostile run for each core goes on inside. A process of its own holds them and reads what
    they print, so that the canary does not wait for an interpreter's lock."""
    ours, its = multiprocessing.Pipe()
    count = len(os.sched_getaffinity(0))
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=attack, args=(server, name, count, its), daemon=True)
    process.start()
    its.close()
    try:
        if not ours.poll(60) or ours.recv() != "started":
            raise RuntimeError(f"no attack: {name}")
        yield
        ours.send("end")
    finally:
        process.join(30)
        if process.exitcode != 0:
            process.kill()
            raise RuntimeError(f"the attackers failed: {name}: {process.exitcode}")


def beside(bench, hello, name):
    """Hellos under attack, and in the quiet before each attack."""
    with attackers(bench.hosting, name):
        hello()  # by now the hostile program is compiled
    series = Series()
    for _ in range(bench.rounds):
        quiet = repeated(hello, EACH, LOW_RATE_PAUSE)
        with attackers(bench.hosting, name):
            series.rounds.append((repeated(hello, EACH, LOW_RATE_PAUSE), quiet))
    return series


def canary(bench):
    with bench.http() as http:
        hello = http.runner("python", PRINT)
        classes = {name: beside(bench, hello, name) for name in CLASSES}
    sides = {
        name: (Summary.of(series.ours), Summary.of(series.peer)) for name, series in classes.items()
    }
    ratios = [
        Ratio(f"p99, {name}", attacked.p99 / quiet.p99, TARGET)
        for name, (attacked, quiet) in sides.items()
    ]
    worst = max(ratios, key=lambda ratio: ratio.value)
    ratios.sort(key=lambda ratio: ratio is not worst)  # that which decides comes first
    notes = {
        name: {"under attack": attacked.to_json(), "quiet": quiet.to_json()}
        for name, (attacked, quiet) in sides.items()
    }
    return Outcome(*sides[worst.what.removeprefix("p99, ")], ratios, notes=notes)


BENCHMARKS = [
    Benchmark("B15", "a hello beside hostile runs, p99", "the same in the quiet", canary),
]
