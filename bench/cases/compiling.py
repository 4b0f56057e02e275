"""B7, B8: C++ from its source."""

import itertools
import subprocess
from pathlib import Path

from harness.benchmark import Benchmark, compare_median
from harness.measure import in_turns
from harness.stats import medians

HELLO = '#include <iostream>\nint main() { std::cout << "hello %d" << std::endl; }\n'


def bare(bench):
    """g++ and the program, in a folder of the benchmark's."""
    folder = Path(bench.folder)

    def build_and_run():
        (folder / "x.cpp").write_text(HELLO % 0)
        subprocess.run(["g++", "-O2", "x.cpp"], cwd=folder, check=True)
        subprocess.run(["./a.out"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    return build_and_run


def run_hello(http, number, cached):
    """Its timing. Raises unless it was compiled, or not, as this benchmark says."""
    run = http.run("cpp", HELLO % number)
    if run["compile"]["cached"] is not cached or run["stdout"] != f"hello {number}\n":
        raise RuntimeError(f"not what is measured: {run}")
    return run["timing"]


def compare(bench, ours, target):
    timings = []
    series = in_turns(lambda: timings.append(ours()), bare(bench), bench.rounds, each=2)
    outcome = compare_median(series, target)
    outcome.timing = medians(timings)
    return outcome


def first_compile(bench):
    """A number that no source had before: the server has compiled none of them."""
    numbers = itertools.count()
    with bench.http() as http:
        return compare(bench, lambda: run_hello(http, next(numbers), cached=False), 0.6)


def same_again(bench):
    with bench.http() as http:
        run_hello(http, 0, cached=False)
        return compare(bench, lambda: run_hello(http, 0, cached=True), 0.02)


BENCHMARKS = [
    Benchmark("B7", "C++ hello, first time", "`g++ -O2 x.cpp && ./a.out`", first_compile),
    Benchmark("B8", "C++ hello, same source again", "`g++ -O2 x.cpp && ./a.out`", same_again),
]
