"""What would be left if leash did nothing: `python3 bench/floor.py`, on a machine that does nothing else.
See "What is not reached, and why" in README.md."""

import gc
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests")]

from harness.http import Http  # noqa: E402
from harness.measure import repeated  # noqa: E402
from support.server import Server  # noqa: E402

TIMES = 200
LOW_RATE_PAUSE = 0.05


def fork_once():
    """A copy of this interpreter prints and has ended; no sandbox is around it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        print(1, flush=True)
        os._exit(0)
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    os.waitpid(child, 0)


def median(call, pause):
    return statistics.median(repeated(call, TIMES, pause))


def processor_time(call):
    """Milliseconds, of this process and its children, a call."""
    before = sum(os.times()[:4])
    for _ in range(TIMES):
        call()
    return (sum(os.times()[:4]) - before) * 1000 / TIMES


def main():
    gc.freeze()
    with Server() as server:
        http = Http(server.port, server.token)
        request = http.encode("GET", "/healthz")
        for name, call in (
            ("HTTP exchange", lambda: http.exchange(request)),
            ("Python forked, prints, has ended", fork_once),
        ):
            slow, fast = median(call, LOW_RATE_PAUSE), median(call, 0)
            print(f"{name}: {slow:.3f} ms, one every 50 ms; {fast:.3f} ms, back to back")
        print(f"its processor time: {processor_time(fork_once):.2f} ms")
        server.stop()


if __name__ == "__main__":
    main()
