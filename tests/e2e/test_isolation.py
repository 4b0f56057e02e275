"""A run sees nothing of another one: not of an earlier one, not of one beside it."""

import json
import time

from support import procs
from support.languages import payload
from support.wait import elapsed_ms


def test_second_run_sees_nothing_of_the_first(client):
    """Files in every writable place and System V objects, left behind by many runs in turn."""
    for _ in range(4):
        left = client.run("c", payload("leave_traces.c"))
        assert left["stdout"] == (
            "/work/trace left\n/tmp/trace left\n/dev/shm/trace left\nshm left\nsem left\n"
        ), left
    for _ in range(4):
        assert client.run("c", payload("find_traces.c"))["stdout"] == "looked\n"


def test_work_folder_holds_only_the_job(client):
    client.run("bash", "mkdir -p a/b; touch a/b/c .hidden; cp /usr/bin/true .")
    run = client.run("bash", "ls -A /work /tmp /dev/shm")
    assert run["stdout"] == "/dev/shm:\n\n/tmp:\n\n/work:\nmain.sh\n", run


def test_concurrent_runs_do_not_see_each_other(client, marker):
    """A second run looks for the first one's process, files, socket and memory while it lives."""
    code = (
        "import os, socket, sys\nopen('/tmp/mine', 'w').write('x')\n"
        "s = socket.socket(socket.AF_UNIX)\ns.bind('\\0abstract')\ns.listen()\n"
        "t = socket.create_server(('127.0.0.1', 8081))\nprint('up')\ninput()"
    )
    spy = (
        "import glob, json, os, socket\n"
        "def knock(family, address):\n"
        "    try: socket.socket(family).connect(address); return 'open'\n"
        "    except OSError as e: return type(e).__name__\n"
        "print(json.dumps({'argv': [open(p).read() for p in glob.glob('/proc/[0-9]*/cmdline')],\n"
        "  'tmp': os.listdir('/tmp'), 'abstract': knock(socket.AF_UNIX, '\\0abstract'),\n"
        "  'tcp': knock(socket.AF_INET, ('127.0.0.1', 8081))}))"
    )
    with client.stream("python", code, args=[marker]) as first:
        first.wait_for_text("up\n")
        seen = json.loads(client.run("python", spy)["stdout"])
        assert not any(marker in argv for argv in seen["argv"]) and seen["argv"]
        assert seen["tmp"] == []
        assert seen["abstract"] == seen["tcp"] == "ConnectionRefusedError", seen


def test_concurrent_runs_have_different_users_and_namespaces(client, marker):
    for _ in range(3):
        client.start("bash", "read line", args=[marker])
    processes = procs.wait_for_sandboxed(marker, 3)
    assert len({p.status()["Uid"] for p in processes}) == 3
    for kind in ("pid", "mnt", "net", "ipc", "uts", "cgroup"):
        assert len({p.namespace(kind) for p in processes}) == 3, kind


def test_neighbour_is_not_starved_by_spinners(client):
    """With every CPU spun on, a hello still comes soon."""
    for _ in range(4):
        client.start("bash", "while :; do :; done", limits={"wall_ms": 20000})
    start = time.monotonic()
    assert client.run("bash", "echo canary")["stdout"] == "canary\n"
    assert elapsed_ms(start) < 5000
    start = time.monotonic()
    assert client.get("/healthz").status == 200
    assert elapsed_ms(start) < 2000


def test_neighbour_is_not_hurt_by_a_memory_bomb(client):
    with client.stream("bash", "read line; echo lived") as neighbour:
        neighbour.wait_for("started")
        bomb = client.run("python", payload("memory_bomb.py"), limits={"memory_bytes": 64 << 20})
        assert bomb["cause"] == "memory_limit"
        client.send_stdin(neighbour.run_id, b"\n")
        neighbour.finish()
        assert neighbour.text() == "lived\n"


def test_random_state_is_not_shared(client):
    """Interpreters that were warmed beforehand must not all draw the same numbers."""
    for language, code in (
        ("python", "import random, uuid\nprint(random.random(), uuid.uuid4(), hash('x'))"),
        ("javascript", "console.log(Math.random())"),
        ("bash", "echo $RANDOM$RANDOM$RANDOM"),
    ):
        outputs = {client.run(language, code)["stdout"] for _ in range(4)}
        assert len(outputs) == 4, (language, outputs)
