"""B1, B3, B6: how long one client waits for one short run."""

import subprocess
from pathlib import Path

from harness.benchmark import Benchmark, compare_median
from harness.http import Http
from harness.measure import Command, in_turns
from harness.stats import Summary, medians

PRINT = "print(1)"
JAVASCRIPT = 'console.log(JSON.stringify({message: "OK", value: 42}))'
C_PROGRAM = '#include <stdio.h>\nint main(void) { puts("1"); return 0; }\n'
LOW_RATE_PAUSE = 0.05


def compare(bench, http, language, code, peer, target):
    """One kept connection beside the peer: at a low rate, which counts, and back to back."""
    run = http.runner(language, code)
    slow = in_turns(run, peer, bench.rounds, each=20, pause=LOW_RATE_PAUSE)
    fast = in_turns(run, peer, bench.rounds, each=20)
    outcome = compare_median(slow, target, "median, one request every 50 ms")
    outcome.ratios += compare_median(fast, target, "median, back to back").ratios
    outcome.timing = medians(http.run(language, code)["timing"] for _ in range(50))
    sides = {"leash": fast.ours, "peer": fast.peer}
    outcome.notes["back to back"] = {name: Summary.of(v).to_json() for name, v in sides.items()}
    return outcome


def python_latency(bench):
    with bench.http() as http:
        bare = Command("/usr/bin/python3", "-c", PRINT)
        return compare(bench, http, "python", PRINT, bare, 0.12)


def javascript_latency(bench):
    with bench.workerd() as workerd, bench.http() as http, Http(workerd.fresh_port) as peer:
        request = peer.encode("GET", "/")
        fresh_isolate = lambda: peer.exchange(request)  # noqa: E731
        return compare(bench, http, "javascript", JAVASCRIPT, fresh_isolate, 0.35)


def compiled_latency(bench):
    source = Path(bench.folder) / "one.c"
    source.write_text(C_PROGRAM)
    binary = source.with_suffix("")
    subprocess.run(["gcc", "-O2", "-o", binary, source], check=True)
    sandbox = ("bwrap", "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
    with bench.http() as http:
        compiled = [http.run("c", C_PROGRAM)["compile"]["cached"] for _ in range(2)]
        if compiled != [False, True]:
            raise RuntimeError("the program is not kept")
        return compare(bench, http, "c", C_PROGRAM, Command(*sandbox, binary), 0.5)


BENCHMARKS = [
    Benchmark("B1", "Python `print(1)`, p50", "`python3 -c 'print(1)'`", python_latency),
    Benchmark("B3", "JavaScript, fresh process, p50", "workerd, fresh isolate", javascript_latency),
    Benchmark("B6", "C, compiled before, p50", "`bwrap --unshare-all`", compiled_latency),
]
