"""B9, B10, B11: from the wish to stop until nothing of the run is left."""

import time

from harness.benchmark import Benchmark, Outcome, Ratio
from harness.http import Http
from harness.measure import timed
from harness.stats import Summary
from support.wait import wait_until

SPIN = "echo up; while :; do :; done"
STORM = "f() { while :; do (f) & (f) & wait; done; }; echo up; f"
ON = {"wall_ms": 60000, "tasks": 64}
COUNT = 12  # of each side in a round


def wait_for_output(http, run_id):
    """Until the program has printed something, so it runs."""
    wait_until(lambda: http.call("GET", f"/v1/runs/{run_id}")["stdout"], "its output")


def stop_one(http, script):
    """Milliseconds from the call until the answer, which says that the process set is empty."""
    run_id = http.start("bash", script, limits=ON)
    wait_for_output(http, run_id)
    request = http.encode("POST", f"/v1/runs/{run_id}/stop", {})
    answer = []
    took = timed(lambda: answer.append(http.exchange(request)))
    if b'"empty":true' not in answer[0]:
        raise RuntimeError(f"not proven empty: {answer[0]!r}")
    return took


def kill_one(docker, script):
    """The same by `docker kill`, which returns when the container has ended."""
    container = docker.start_container(script)
    wait_until(lambda: b"up" in docker.call("logs", container), "its output")
    took = timed(lambda: docker.call("kill", container))
    docker.call("rm", "-f", container)
    return took


def leave_one(bench, http):
    """Milliseconds from the close of a client's connection until its silent run has ended."""
    starter = Http(bench.port, bench.token)
    body = {"language": "bash", "code": "while :; do :; done", "limits": ON, "key": "leave"}
    starter._socket.sendall(starter.encode("POST", "/v1/runs", body))
    live = wait_until(lambda: http.call("GET", "/v1/runs?state=running")["runs"], "the run")
    waiting = http.encode("GET", f"/v1/runs/{live[0]['id']}?wait_ms=10000")
    begin = time.perf_counter()
    starter.close()
    answer = http.exchange(waiting)
    took = (time.perf_counter() - begin) * 1000
    if b'"cause":"client_disconnected"' not in answer:
        raise RuntimeError(f"it did not end for that: {answer[:500]!r}")
    return took


def against_docker(bench, script, ratios):
    ours, peer = [], []
    with bench.docker() as docker, bench.http() as http:
        for _ in range(bench.rounds):
            ours += [stop_one(http, script) for _ in range(COUNT)]
            peer += [kill_one(docker, script) for _ in range(COUNT // 4)]
    sides = Summary.of(ours), Summary.of(peer)
    return Outcome(*sides, [Ratio(what, value(*sides), target) for what, value, target in ratios])


def stop_spinning(bench):
    return against_docker(
        bench,
        SPIN,
        [
            ("median", lambda ours, peer: ours.median / peer.median, 0.02),
            ("p99 against its median", lambda ours, peer: ours.p99 / peer.median, 0.1),
        ],
    )


def stop_storm(bench):
    return against_docker(bench, STORM, [("p99", lambda ours, peer: ours.p99 / peer.p99, 0.3)])


def leaving(bench):
    with bench.http() as http:
        stops, leaves = [], []
        for _ in range(bench.rounds):
            leaves += [leave_one(bench, http) for _ in range(COUNT)]
            stops += [stop_one(http, SPIN) for _ in range(COUNT)]
    sides = Summary.of(leaves), Summary.of(stops)
    return Outcome(*sides, [Ratio("p99", sides[0].p99 / sides[1].p99, 2)])


BENCHMARKS = [
    Benchmark("B9", "stop to proven empty, one process", "`docker kill`", stop_spinning),
    Benchmark("B10", "stop to proven empty, fork storm of 64", "`docker kill`", stop_storm),
    Benchmark("B11", "client gone to proven empty", "stop of B9", leaving),
]
