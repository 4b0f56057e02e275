"""How two ways are compared: taken in turns, A B A B, so that both see the same weather."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass, field


def timed(call, *arguments):
    """How many milliseconds the call took."""
    begin = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - begin) * 1000


@dataclass
class Series:
    """The measurements of both sides."""

    ours: list = field(default_factory=list)
    peer: list = field(default_factory=list)


def in_turns(ours, peer, rounds, each, pause=0.0, warm_up=3):
    """`rounds` times: `each` calls of the one, then of the other; milliseconds of every call.
    `pause` seconds pass before each call: kernels have delays that show at low rates only."""
    series = Series()
    for call in (ours, peer):
        for _ in range(warm_up):
            call()
    for _ in range(rounds):
        for call, values in ((ours, series.ours), (peer, series.peer)):
            for _ in range(each):
                if pause:
                    time.sleep(pause)
                values.append(timed(call))
    return series


def rates_in_turns(ours, peer, rounds):
    """`rounds` times the one and the other; each call returns events a second."""
    series = Series()
    for _ in range(rounds):
        series.ours.append(ours())
        series.peer.append(peer())
    return series


def process(*command, **options):
    """Runs a program to its end; its output is read and thrown away. Any exit code but 0 raises."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, **options)


def spawn_rate(command, seconds):
    """Programs a second, one after another on every core."""
    counts = []
    deadline = time.perf_counter() + seconds

    def loop():
        done = 0
        while time.perf_counter() < deadline:
            process(*command)
            done += 1
        counts.append(done)

    begin = time.perf_counter()
    threads = [threading.Thread(target=loop) for _ in range(os.cpu_count())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)
