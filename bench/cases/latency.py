"""B1, B3, B6, B15's quiet half: how long one client waits for one short run."""

import subprocess
from pathlib import Path

from harness.benchmark import Benchmark, Outcome, Ratio
from harness.http import Http
from harness.measure import in_turns, process
from harness.stats import Summary

PRINT = "print(1)"
JAVASCRIPT = 'console.log(JSON.stringify({message: "OK", value: 42}))'
C_PROGRAM = '#include <stdio.h>\nint main(void) { puts("1"); return 0; }\n'
LOW_RATE_PAUSE = 0.05


def stages(http, language, code, count=50):
    """Medians of what the answers themselves say of where their time went."""
    timings = [http.run(language, code)["timing"] for _ in range(count)]
    return {name: round(Summary.of([t[name] for t in timings]).median, 3) for name in timings[0]}


def against_process(bench, language, code, command, target):
    """One kept connection beside a bare process; and once more at a low rate."""
    with bench.http() as http:
        request = http.encode("POST", "/v1/runs", {"language": language, "code": code})
        both = {
            rate: in_turns(
                lambda: http.exchange(request),
                lambda: process(*command),
                rounds=bench.rounds,
                each=20,
                pause=pause,
            )
            for rate, pause in (("back to back", 0.0), ("every 50 ms", LOW_RATE_PAUSE))
        }
        notes = {"stages at full rate, ms": stages(http, language, code)}
    series = both["every 50 ms"]
    ours, peer = Summary.of(series.ours), Summary.of(series.peer)
    fast, fast_peer = (Summary.of(v) for v in (both["back to back"].ours, both["back to back"].peer))
    notes["back to back, ms"] = {"ours": fast.to_json(), "peer": fast_peer.to_json()}
    ratios = [
        Ratio("median, one request every 50 ms", ours.median / peer.median, target),
        Ratio("median, back to back", fast.median / fast_peer.median, target),
    ]
    return Outcome(ours, peer, ratios, notes)


def python_latency(bench):
    return against_process(bench, "python", PRINT, ("/usr/bin/python3", "-c", PRINT), 0.12)


def javascript_latency(bench):
    body = {"language": "javascript", "code": JAVASCRIPT}
    with bench.workerd() as workerd, bench.http() as http:
        port = int(workerd.fresh.rstrip("/").rsplit(":", 1)[1])
        with Http(port) as peer:
            ours, theirs = http.encode("POST", "/v1/runs", body), peer.encode("GET", "/")
            series = in_turns(
                lambda: http.exchange(ours), lambda: peer.exchange(theirs), bench.rounds, each=20
            )
        notes = {"stages, ms": stages(http, "javascript", JAVASCRIPT)}
    ours, theirs = Summary.of(series.ours), Summary.of(series.peer)
    return Outcome(ours, theirs, [Ratio("median", ours.median / theirs.median, 0.35)], notes)


def compiled_latency(bench):
    source = Path(bench.folder) / "one.c"
    source.write_text(C_PROGRAM)
    binary = source.with_suffix("")
    subprocess.run(["gcc", "-O2", "-o", binary, source], check=True)
    sandbox = ("bwrap", "--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
    return against_process(bench, "c", C_PROGRAM, (*sandbox, binary), 0.5)


BENCHMARKS = [
    Benchmark("B1", "Python `print(1)`, p50", "`python3 -c 'print(1)'`", python_latency),
    Benchmark("B3", "JavaScript, fresh process, p50", "workerd, fresh isolate", javascript_latency),
    Benchmark("B6", "C, compiled before, p50", "`bwrap --unshare-all`", compiled_latency),
]
