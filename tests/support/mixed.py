"""Runs of every kind in turn, several at once: what ends by itself, what is stopped, what hits each
limit, what is refused. Each is asked whether it ended as it had to."""

import asyncio
import itertools
import json
from collections import Counter

from support.async_client import Connection, until

NDJSON = "application/x-ndjson"
SPIN = "while :; do :; done"
BROKEN = "int main(void) { return x; }"


async def _run(server, language, code, **limits):
    """A whole run over its own connection."""
    connection = await Connection.open(server)
    body = {"language": language, "code": code, "limits": {"wall_ms": 20000, **limits}}
    status, run = await connection.request("POST", "/v1/runs", body)
    connection.close()
    assert status == 200, (status, run)
    return run


def ends(language, code, cause, check=lambda run: True, **limits):
    async def kind(server):
        run = await _run(server, language, code, **limits)
        assert run["cause"] == cause and check(run), run
        return cause

    return kind


def hello(language, code):
    return ends(language, code, "exit", lambda run: run["stdout"] == "hello\n" and run["exit_code"] == 0)


async def _begin(server):
    connection = await Connection.open(server)
    connection.send("POST", "/v1/runs", {"language": "bash", "code": SPIN}, NDJSON)
    events = connection.events()
    run_id = (await until(events, "queued"))["id"]
    await until(events, "started")
    return connection, events, run_id


async def stopped(server):
    connection, events, run_id = await _begin(server)
    other = await Connection.open(server)
    status, answer = await other.request("POST", f"/v1/runs/{run_id}/stop")
    assert status == 200 and answer["proof"]["empty"] is True, answer
    assert (await until(events, "finished"))["cause"] == "stop"
    connection.close()
    other.close()
    return "stop"


async def left_alone(server):
    connection, _, run_id = await _begin(server)
    connection.close()
    other = await Connection.open(server)
    status, run = await other.request("GET", f"/v1/runs/{run_id}?wait_ms=20000")
    assert status == 200 and run["cause"] == "client_disconnected", run
    other.close()
    return "client_disconnected"


def refused(body, *statuses):
    async def kind(server):
        connection = await Connection.open(server)
        status, answer = await connection.request("POST", "/v1/runs", body)
        assert status in statuses, (status, answer)
        connection.close()
        return f"refused {status}"

    return kind


HELLO = (
    hello("bash", "echo hello"),
    hello("python", "print('hello')"),
    hello("javascript", "console.log('hello')"),
)
OTHERS = (
    stopped,
    ends("bash", SPIN, "wall_limit", wall_ms=50),
    left_alone,
    ends("python", "print('x' * 3_000_000)", "exit", lambda run: run["stdout_truncated"], output_bytes=10_000),
    refused({"language": "bash"}, 400, 422),
    ends("bash", "for i in {1..30}; do (exec setsid sleep 600) & done; exit 3", "exit", lambda run: run["exit_code"] == 3),
    ends("python", "x = bytearray(1 << 30)", "memory_limit", memory_bytes=64 << 20),
    refused(b'{"language": "bash", "code": ', 400, 415),
    ends("bash", "head -c 50000000 /dev/zero > f; echo $?", "exit", lambda run: run["stdout"] == "1\n" and run["usage"]["disk_full"], disk_bytes=4 << 20),
    ends("python", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", "wall_limit", wall_ms=100, tasks=16),
    refused({"language": "cobol", "code": "x"}, 422),
    ends("python", "import os; os.abort()", "exit", lambda run: run["status"] == "signaled"),
    ends("c", BROKEN, "compile_error"),
    hello("c", '#include <stdio.h>\nint main(void) { puts("hello"); }'),
)


def kinds():
    """Two that only say hello, then one of the others: again and again."""
    hellos, others = itertools.cycle(HELLO), itertools.cycle(OTHERS)
    while True:
        yield next(hellos)
        yield next(hellos)
        yield next(others)


async def _play(server, count, at_once):
    outcomes = Counter()
    todo = itertools.islice(kinds(), count)

    async def work():
        for kind in todo:  # shared: each takes the next one
            outcomes[await asyncio.wait_for(kind(server), 60)] += 1

    await asyncio.gather(*(work() for _ in range(at_once)))
    return outcomes


def play(server, count, at_once=6):
    """`count` runs; how many ended how."""
    return asyncio.run(_play(server, count, at_once))


def table(outcomes, zeros):
    """The outcomes and the zero of each, for people."""
    return json.dumps({"runs": dict(outcomes), "left": zeros}, indent=2)
