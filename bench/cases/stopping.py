"""B9, B10, B11: from the wish to stop until nothing of the run is left."""

import time

from harness.benchmark import Benchmark, Ratio, compare_median, compare_p99
from harness.http import Http
from harness.measure import taken_in_turns, timed
from support.wait import wait_until

# Programs of C, so that both sides run the same one. Each says when it is at what is to be stopped.
SPIN = """
#include <unistd.h>
int main(void) { write(1, "up\\n", 3); for (;;) {} }
"""
STORM = """
#include <unistd.h>
int main(void) { for (int full = 0;;) if (fork() < 0 && !full++) write(1, "up\\n", 3); }
"""
SILENT = "int main(void) { for (;;) {} }\n"
LIMITS = {"wall_ms": 60000, "tasks": 64}
EACH = 12  # a round


def stop_one(http, source):
    """Milliseconds from the call until the answer, which says that the process set is empty."""
    run_id = http.start("c", source, limits=LIMITS)
    wait_until(lambda: http.call("GET", f"/v1/runs/{run_id}")["stdout"], "its output")
    request = http.encode("POST", f"/v1/runs/{run_id}/stop", {})
    answer = []
    took = timed(lambda: answer.append(http.exchange(request)))
    if b'"empty":true' not in answer[0] or b'"cause":"stop"' not in answer[0]:
        raise RuntimeError(f"not proven empty: {answer[0]!r}")
    return took


def kill_one(docker, name):
    """The same by `docker kill`, which returns when the container has ended."""
    container = docker.start_container(name)
    wait_until(lambda: b"up" in docker.call("logs", container), "its output")
    took = timed(lambda: docker.call("kill", container))
    if docker.call("inspect", "--format", "{{.State.Running}}", container) != b"false\n":
        raise RuntimeError("docker kill returned before the container had ended")
    docker.call("rm", "-f", container)
    return took


def running_program(http):
    """The id of a run whose program runs, no longer its compiler; none if there is none."""
    live = http.call("GET", "/v1/runs?state=running")["runs"]
    return next((run["id"] for run in live if run["compile"]), None)


def leave_one(bench, http):
    """Milliseconds from the close of a client's connection until its silent run has ended."""
    starter = Http(bench.port, bench.token)
    starter.send(
        starter.encode("POST", "/v1/runs", {"language": "c", "code": SILENT, "limits": LIMITS})
    )
    run_id = wait_until(lambda: running_program(http), "the run")
    waiting = http.encode("GET", f"/v1/runs/{run_id}?wait_ms=10000")
    begin = time.perf_counter()
    starter.close()
    answer = http.exchange(waiting)
    took = (time.perf_counter() - begin) * 1000
    if b'"cause":"client_disconnected"' not in answer or b'"empty":true' not in answer:
        raise RuntimeError(f"it did not end for that: {answer[:500]!r}")
    return took


def against_docker(bench, source):
    """Both sides once before it counts: for ours that compiles the program."""
    with bench.docker({"program": source}) as docker, bench.http() as http:
        ours, peer = lambda: stop_one(http, source), lambda: kill_one(docker, "program")
        ours(), peer()
        return taken_in_turns(
            lambda: [ours() for _ in range(EACH)], lambda: [peer() for _ in range(EACH)], bench.rounds
        )


def stop_spinning(bench):
    series = against_docker(bench, SPIN)
    outcome = compare_median(series, 0.02)
    outcome.ratios += compare_p99(series, 0.1).ratios
    outcome.ratios.append(Ratio("p99 against its median", outcome.ours.p99 / outcome.peer.median, 0.1))
    return outcome


def stop_storm(bench):
    return compare_p99(against_docker(bench, STORM), 0.3)


def leaving(bench):
    with bench.http() as http:
        leave, stop = lambda: leave_one(bench, http), lambda: stop_one(http, SPIN)
        leave(), stop()
        series = taken_in_turns(
            lambda: [leave() for _ in range(EACH)], lambda: [stop() for _ in range(EACH)], bench.rounds
        )
    return compare_p99(series, 2)


BENCHMARKS = [
    Benchmark("B9", "stop to proven empty, one process", "`docker kill`", stop_spinning),
    Benchmark("B10", "stop to proven empty, fork storm of 64", "`docker kill`", stop_storm),
    Benchmark("B11", "client gone to proven empty", "stop of B9", leaving),
]
