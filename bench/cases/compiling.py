"""B7, B8: C++ from its source."""

import itertools
import subprocess
from pathlib import Path

from harness.benchmark import Benchmark, compare_median
from harness.measure import in_turns

HELLO = '#include <iostream>\nint main() { std::cout << "hello %d" << std::endl; }\n'


def bare(bench):
    """g++ and the program, in a folder of the benchmark's."""
    folder = Path(bench.folder)

    def build_and_run():
        (folder / "x.cpp").write_text(HELLO % 0)
        subprocess.run(["g++", "-O2", "x.cpp"], cwd=folder, check=True)
        subprocess.run(["./a.out"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    return build_and_run


def first_compile(bench):
    numbers = itertools.count()
    with bench.http() as http:
        series = in_turns(
            lambda: http.run("cpp", HELLO % next(numbers)), bare(bench), bench.rounds, each=2
        )
    return compare_median(series, 0.6)


def same_again(bench):
    with bench.http() as http:
        request = http.encode("POST", "/v1/runs", {"language": "cpp", "code": HELLO % -1})
        series = in_turns(lambda: http.exchange(request), bare(bench), bench.rounds, each=2)
    return compare_median(series, 0.02)


BENCHMARKS = [
    Benchmark("B7", "C++ hello, first time", "`g++ -O2 x.cpp && ./a.out`", first_compile),
    Benchmark("B8", "C++ hello, same source again", "`g++ -O2 x.cpp && ./a.out`", same_again),
]
