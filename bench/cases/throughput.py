"""B2, B4: runs a second at saturation."""

from cases.latency import JAVASCRIPT, PRINT
from harness.benchmark import Benchmark, compare_rate
from harness.http import SUCCEEDED
from harness.load import request_rate
from harness.measure import Command, rates_in_turns, spawn_rate


def leash_rate(bench, language, code):
    body = {"language": language, "code": code}
    return request_rate(
        f"{bench.url}/v1/runs", bench.seconds, SUCCEEDED.decode(), bench.token, body
    )


def python_rate(bench):
    bare = Command("/usr/bin/python3", "-c", PRINT)
    series = rates_in_turns(
        lambda: leash_rate(bench, "python", PRINT),
        lambda: spawn_rate(bare, bench.seconds),
        bench.rounds,
    )
    return compare_rate(series, 4)


def javascript_rate(bench):
    with bench.workerd() as workerd:
        series = rates_in_turns(
            lambda: leash_rate(bench, "javascript", JAVASCRIPT),
            lambda: request_rate(workerd.fresh, bench.seconds, '"message":"OK"'),
            bench.rounds,
        )
    return compare_rate(series, 5)


BENCHMARKS = [
    Benchmark("B2", "Python `print(1)`, runs a second", "`python3 -c` on all cores", python_rate),
    Benchmark("B4", "JavaScript, runs a second", "workerd, fresh isolate", javascript_rate),
]
