"""B13: what 500 Python runs that wait cost in memory."""

import os
import re
import subprocess
from pathlib import Path

from harness.benchmark import Benchmark, Outcome, Ratio
from harness.stats import Summary
from support.wait import wait_until

COUNT = 500
SLEEP = "import time\nprint('up', flush=True)\ntime.sleep(600)"
MIB = 1024


def pss_kib(pid):
    """A process's proportional share: its own pages, and its part of each shared one. Of one that
    has ended since it was listed: nothing."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])


def descendants(root):
    """The process and all that came of it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parent = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def sleeping(bench):
    """All that the server and its runs hold, over the runs: its own processes, warmed interpreters and
    slots made ahead are in it, too."""
    with bench.server("--max-running", str(COUNT)) as server, bench.http() as http:
        ids = [http.start("python", SLEEP, limits={"wall_ms": 300000}) for _ in range(COUNT)]
        for run_id in ids:
            path = f"/v1/runs/{run_id}"
            wait_until(lambda at=path: http.call("GET", at)["stdout"], run_id, seconds=120)
        tree = descendants(server.process.pid)
        total = sum(pss_kib(pid) for pid in tree)
        own = sum(pss_kib(pid) for pid in (server.spawner_pid, server.http_pid()))
    peer = bare_pss_kib()
    ours = total / COUNT
    sides = Summary.of([ours / MIB], "MiB"), Summary.of([peer / MIB], "MiB")
    notes = {"processes": len(tree), "of them server and spawner, MiB": round(own / MIB, 1)}
    return Outcome(*sides, [Ratio("memory a run", ours / peer, 0.5)], notes=notes)


def bare_pss_kib():
    """One interpreter that sleeps. It shares its program's pages with the interpreter that measures
    it, which makes it look smaller than if it were alone."""
    with subprocess.Popen(["/usr/bin/python3", "-c", SLEEP], stdout=subprocess.PIPE) as python:
        try:
            python.stdout.readline()
            return pss_kib(python.pid)
        finally:
            python.kill()


BENCHMARKS = [
    Benchmark("B13", "memory of a waiting Python run, of 500", "one `python3`", sleeping, own_server=True),
]
