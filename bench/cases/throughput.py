"""B2, B4, B12: how much at saturation."""

import subprocess
import time

from cases.latency import JAVASCRIPT, PRINT
from harness.benchmark import Benchmark, Outcome, Ratio, compare_rate
from harness.http import Http
from harness.load import request_rate
from harness.measure import rates_in_turns, spawn_rate
from harness.stats import Summary

OUTPUT_BYTES = 1 << 30
PIECE = 1 << 20


def leash_rate(bench, body, seconds):
    return request_rate(f"{bench.url}/v1/runs", seconds, bench.token, body)


def python_rate(bench):
    body = {"language": "python", "code": PRINT}
    series = rates_in_turns(
        lambda: leash_rate(bench, body, bench.seconds),
        lambda: spawn_rate(("/usr/bin/python3", "-c", PRINT), bench.seconds),
        bench.rounds,
    )
    return compare_rate(series, 4)


def javascript_rate(bench):
    body = {"language": "javascript", "code": JAVASCRIPT}
    with bench.workerd() as workerd:
        series = rates_in_turns(
            lambda: leash_rate(bench, body, bench.seconds),
            lambda: request_rate(workerd.fresh, bench.seconds),
            bench.rounds,
        )
    return compare_rate(series, 5)


def output(bench):
    """A run writes 1 GiB to the stream of the client that started it; `cat` reads as much."""
    code = (
        "import os\n"
        f"piece = (b'x' * 99 + b'\\n') * ({PIECE} // 100)\n"
        f"for _ in range({OUTPUT_BYTES} // len(piece)): os.write(1, piece)\n"
    )
    limits = {"output_bytes": 4 << 30, "wall_ms": 300000}
    ours, peer, growth = [], [], []
    for _ in range(3):
        before = bench.http_rss()
        ours.append(streamed_rate(bench, {"language": "python", "code": code, "limits": limits}))
        growth.append((bench.http_rss() - before) / (1 << 20))
        peer.append(cat_rate())
    sides = Summary.of(ours, "MiB/s"), Summary.of(peer, "MiB/s")
    ratios = [
        Ratio("throughput", sides[0].median / sides[1].median, 0.3, more_is_better=True),
        Ratio("growth of the server's memory, MiB", max(growth), 8),
    ]
    return Outcome(*sides, ratios)


def streamed_rate(bench, body):
    """MiB of the program's output a second, as its client sees it end."""
    http = Http(bench.port, bench.token)
    begin = time.perf_counter()
    http._socket.sendall(http.encode("POST", "/v1/runs", body, accept="application/x-ndjson"))
    tail = b""
    while data := http._socket.recv(1 << 20):
        tail = (tail + data)[-65536:]
        if b'"type":"finished"' in tail and tail.endswith(b"0\r\n\r\n"):
            break
    seconds = time.perf_counter() - begin
    http.close()
    if b'"status":"succeeded"' not in tail:
        raise RuntimeError(f"the run did not succeed: {tail[-2000:]!r}")
    return OUTPUT_BYTES / (1 << 20) / seconds


def cat_rate():
    begin = time.perf_counter()
    source = subprocess.Popen(["head", "-c", str(OUTPUT_BYTES), "/dev/zero"], stdout=subprocess.PIPE)
    copy = subprocess.Popen(["cat"], stdin=source.stdout, stdout=subprocess.PIPE)
    source.stdout.close()
    total = 0
    while data := copy.stdout.read1(1 << 20):
        total += len(data)
    source.wait()
    copy.wait()
    if total != OUTPUT_BYTES:
        raise RuntimeError("cat lost bytes")
    return total / (1 << 20) / (time.perf_counter() - begin)


BENCHMARKS = [
    Benchmark("B2", "Python `print(1)`, runs a second", "`python3 -c` on all cores", python_rate),
    Benchmark("B4", "JavaScript, runs a second", "workerd, fresh isolate", javascript_rate),
    Benchmark("B12", "1 GiB of output", "`cat` through a pipe", output),
]
