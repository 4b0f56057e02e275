"""B12: 1 GiB of output through one run to a reader."""

import subprocess
import time

from harness.benchmark import Benchmark, Ratio, compare_rate
from harness.http import SUCCEEDED, Http
from harness.measure import rates_in_turns

MIB = 1 << 20
SIZE = 1 << 30
# Text in lines of 64 bytes, a MiB with each call.
CODE = f"import os\npiece = (b'x' * 63 + b'\\n') * ({MIB} // 64)\nfor _ in range({SIZE // MIB}): os.write(1, piece)"
LIMITS = {"output_bytes": 2 * SIZE, "wall_ms": 300000}


def output(bench):
    """A run writes to the stream of the client that started it; `cat` copies as much between pipes.
    The server's memory is looked at where it was most in each run, not after it."""
    growth = []

    def streamed():
        before = bench.reset_peak_rss()
        rate = streamed_rate(bench)
        growth.append((bench.peak_rss() - before) / MIB)
        return rate

    series = rates_in_turns(streamed, cat_rate, bench.rounds)
    outcome = compare_rate(series, 0.3, "MiB/s")
    outcome.ratios.append(Ratio("growth of the server's memory, MiB", max(growth), 8))
    outcome.notes["growth of the server's memory in each run, MiB"] = [round(g, 2) for g in growth]
    return outcome


def streamed_rate(bench):
    """MiB of the program's output a second, as its client sees it end."""
    body = {"language": "python", "code": CODE, "limits": LIMITS}
    with Http(bench.port, bench.token) as http:
        request = http.encode("POST", "/v1/runs", body, accept="application/x-ndjson")
        begin = time.perf_counter()
        http.send(request)
        tail = http.read_to_end_of_stream()
        seconds = time.perf_counter() - begin
    if SUCCEEDED not in tail or f'"stdout_bytes":{SIZE},'.encode() not in tail:
        raise RuntimeError(f"not all of it came: {tail[-2000:]!r}")
    return SIZE / MIB / seconds


def cat_rate():
    """The same for `cat`, from one pipe to another, which this process reads in the same way."""
    begin = time.perf_counter()
    source = subprocess.Popen(["head", "-c", str(SIZE), "/dev/zero"], stdout=subprocess.PIPE)
    copy = subprocess.Popen(["cat"], stdin=source.stdout, stdout=subprocess.PIPE, bufsize=0)
    source.stdout.close()
    buffer, total = bytearray(MIB), 0
    while size := copy.stdout.readinto(buffer):
        total += size
    copy.stdout.close()
    if source.wait() or copy.wait() or total != SIZE:
        raise RuntimeError(f"cat copied {total} bytes")
    return SIZE / MIB / (time.perf_counter() - begin)


BENCHMARKS = [Benchmark("B12", "1 GiB of output", "`cat` through a pipe", output)]
