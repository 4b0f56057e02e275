"""Every limit ends a run with its own cause, or is reported where it ends nothing."""

import pytest

from support import procs
from support.languages import ALL, IDS, payload

MIB = 1 << 20


@pytest.mark.parametrize("language", ALL, ids=IDS)
def test_wall_limit(client, marker, language):
    run = client.run(language.id, language.spin, args=[marker], limits={"wall_ms": 300})
    procs.assert_dead([], marker)
    assert (run["status"], run["cause"], run["phase"]) == ("timed_out", "wall_limit", "run"), run
    assert (run["exit_code"], run["stop"]["cause"], run["stop"]["empty"]) == (
        None,
        "wall_limit",
        True,
    )
    assert 295 <= run["timing"]["run_ms"] < 3000


def test_wall_limit_of_a_sleeping_program(client):
    run = client.run("python", "import time\nprint('z')\ntime.sleep(60)", limits={"wall_ms": 300})
    assert (run["cause"], run["stdout"]) == ("wall_limit", "z\n")


def test_wall_limit_in_a_stream(client):
    with client.stream("python", "while True: pass", limits={"wall_ms": 300}) as stream:
        finished = stream.finish()
        assert (finished["status"], finished["cause"]) == ("timed_out", "wall_limit")
        assert (
            stream.events[-2].type == "stopping" and stream.events[-2].data["cause"] == "wall_limit"
        )


def test_cpu_limit(client):
    run = client.run("python", "while True: pass", limits={"cpu_ms": 200, "wall_ms": 20000})
    assert (run["status"], run["cause"]) == ("timed_out", "cpu_limit"), run
    assert 190 <= run["usage"]["cpu_ms"] < 2000 and run["timing"]["run_ms"] < 10000


def test_cpu_limit_is_for_the_sum_of_all_processes(client):
    """Each child burns 20 ms; dead ones count."""
    limits = {"cpu_ms": 300, "wall_ms": 20000}
    run = client.run("python", payload("cpu_by_children.py"), limits=limits)
    assert (run["status"], run["cause"]) == ("timed_out", "cpu_limit"), run
    assert run["usage"]["cpu_ms"] >= 290


def test_cpu_limit_spares_a_sleeper(client):
    code = "import time\ntime.sleep(0.6)\nprint('rested')"
    run = client.run("python", code, limits={"cpu_ms": 400})
    assert (run["status"], run["stdout"]) == ("succeeded", "rested\n")


def test_idle_limit(client):
    code = "import time\nprint('once')\ntime.sleep(60)"
    run = client.run("python", code, limits={"idle_ms": 300, "wall_ms": 20000})
    assert (run["status"], run["cause"], run["stdout"]) == ("timed_out", "idle_limit", "once\n"), (
        run
    )
    assert 290 <= run["timing"]["run_ms"] < 10000


def test_output_postpones_the_idle_limit(client):
    code = "import time\nfor _ in range(12):\n    print('.')\n    time.sleep(0.1)"
    run = client.run("python", code, limits={"idle_ms": 900})
    assert (run["status"], run["cause"]) == ("succeeded", "exit"), run


def test_input_postpones_the_idle_limit(client):
    """Fed every 100 ms without an answer, it lives through more than its idle limit."""
    run_id = client.start(
        "python", "import sys\nprint(len(sys.stdin.read()))", limits={"idle_ms": 1000}
    )
    for _ in range(15):
        client.show(run_id, wait_ms=100)
        assert client.send_stdin(run_id, b"x").status == 204
    client.send_stdin(run_id, b"", eof=True)
    run = client.finished(run_id)
    assert (run["cause"], run["stdout"]) == ("exit", "15\n"), run


def test_memory_limit(client, marker):
    run = client.run(
        "python", payload("memory_bomb.py"), args=[marker], limits={"memory_bytes": 64 * MIB}
    )
    procs.assert_dead([], marker)
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit"), run
    assert run["stdout"] == "taking\n"
    assert 32 * MIB < run["usage"]["peak_memory_bytes"]


def test_memory_limit_is_for_all_processes_and_ends_all(client, marker):
    """One child is chosen by the kernel; the others and the leader would live for a minute."""
    limits = {"memory_bytes": 96 * MIB, "wall_ms": 20000}
    run = client.run("python", payload("memory_by_children.py"), args=[marker], limits=limits)
    procs.assert_dead([], marker)
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit"), run
    assert run["timing"]["run_ms"] < 15000


@pytest.mark.parametrize(
    "language, code",
    [
        (
            "c",
            payload("memory_bomb.c"),
        ),
        ("javascript", "const a = []; for (;;) a.push(new Uint8Array(1 << 20).fill(1));"),
        ("bash", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done"),
    ],
)
def test_memory_limit_in_other_languages(client, language, code):
    run = client.run(language, code, limits={"memory_bytes": 96 * MIB, "wall_ms": 20000})
    assert (run["status"], run["cause"]) == ("limit_exceeded", "memory_limit"), run


def test_program_below_its_memory_limit_lives(client):
    run = client.run(
        "python", "x = b'x' * (30 << 20)\nprint(len(x))", limits={"memory_bytes": 96 * MIB}
    )
    assert (run["status"], run["stdout"]) == ("succeeded", f"{30 << 20}\n")


def test_memory_of_files_counts_against_the_disk_not_the_memory(client):
    """Files live in memory; the cgroup gets the sum of both limits."""
    code = "open('/tmp/f', 'wb').write(b'x' * (40 << 20))\ny = b'y' * (30 << 20)\nprint('both')"
    run = client.run("python", code, limits={"memory_bytes": 80 * MIB, "disk_bytes": 48 * MIB})
    assert (run["status"], run["stdout"]) == ("succeeded", "both\n"), run


@pytest.mark.parametrize("folder", ["/work", "/tmp", "/dev/shm"])
def test_full_disk_is_seen_by_the_program_and_reported(client, folder):
    run = client.run(
        "python", payload("disk_fill.py"), args=[folder], limits={"disk_bytes": 4 * MIB}
    )
    written, error = run["stdout"].split()
    assert error == "ENOSPC" and 2 * MIB < int(written) <= 4 * MIB, run
    assert (run["status"], run["cause"]) == ("succeeded", "exit")
    assert run["usage"]["disk_full"] is True


def test_number_of_files_is_bounded(client):
    run = client.run(
        "python", payload("inode_fill.py"), limits={"disk_bytes": 4 * MIB, "wall_ms": 30000}
    )
    made, error = run["stdout"].split()
    assert error == "ENOSPC" and 100 < int(made) < 200_000, run
    assert run["usage"]["disk_full"] is True


def test_disk_is_not_full_by_default(client):
    run = client.run("bash", "head -c 1000000 /dev/zero > f; wc -c < f")
    assert run["stdout"] == "1000000\n" and run["usage"]["disk_full"] is False


def test_files_of_the_job_must_fit_the_disk(client):
    files = [
        {"path": "main.py", "content": "print('x')"},
        {"path": "big", "content": "y" * 500_000},
    ]
    body = {"language": "python", "files": files, "limits": {"disk_bytes": 100_000}}
    answer = client.post("/v1/runs", body)
    assert answer.status in (413, 422), answer


def test_refused_forks_are_seen_by_the_program_and_counted(client):
    run = client.run("python", payload("fork_until_refused.py"), limits={"tasks": 12})
    assert run["stdout"] == "11 EAGAIN\n", run
    assert (run["status"], run["cause"]) == ("succeeded", "exit")
    assert run["usage"]["tasks_refused"] >= 1 and run["usage"]["peak_tasks"] == 12


def test_threads_are_tasks(client):
    run = client.run("c", payload("threads_until_refused.c"), limits={"tasks": 12})
    assert run["stdout"] == "11 EAGAIN\n", run
    assert run["usage"]["tasks_refused"] >= 1


def test_one_run_s_tasks_do_not_count_against_another(client):
    """Each has its own limit although both may have the same parent and pool of uids."""
    with client.stream(
        "python", payload("process_tree.py"), args=["30"], limits={"tasks": 32}
    ) as full:
        full.wait_for_text("tree stands\n")
        run = client.run("python", payload("fork_until_refused.py"), limits={"tasks": 12})
        assert run["stdout"] == "11 EAGAIN\n", run


@pytest.mark.parametrize(
    "name, maximum",
    [
        ("wall_ms", 300_000),
        ("output_bytes", 4 << 30),
        ("memory_bytes", 2 << 30),
        ("tasks", 512),
        ("disk_bytes", 1 << 30),
    ],
)
def test_maximum_is_allowed_and_more_is_refused(client, name, maximum):
    run = client.run("bash", "echo ok", limits={name: maximum})
    assert run["stdout"] == "ok\n"
    body = {"language": "bash", "code": "", "limits": {name: maximum + 1}}
    answer = client.post("/v1/runs", body)
    assert answer.status == 422 and answer.json()["field"] == f"limits.{name}", answer


def test_null_limits_are_the_defaults(client):
    names = ("wall_ms", "cpu_ms", "idle_ms", "memory_bytes", "tasks", "output_bytes", "disk_bytes")
    run = client.run("bash", "echo ok", limits={name: None for name in names}, compile_limits=None)
    assert run["stdout"] == "ok\n"


def test_stack_overflow_is_a_signal_not_a_limit(client):
    run = client.run("c", payload("stack_overflow.c"))
    assert (run["status"], run["signal"]) == ("signaled", "SIGSEGV"), run


def test_no_core_is_dumped(client):
    code = "ulimit -c; ulimit -c unlimited; bash -c 'kill -ABRT $$'; ls /work /tmp | grep -c core"
    run = client.run("bash", code)
    assert run["stdout"].split() == ["0", "0"], run
