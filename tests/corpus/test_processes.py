"""Attacks on processes, memory and the request's size that are carried out or seen from outside."""

import time

import pytest

from support import leaks, procs
from support.wait import elapsed_ms

HOLDER = """
import os, signal
told, tell = os.pipe()
if os.fork() == 0:
    os.setsid()
    os.write(tell, b"x")
    signal.alarm(60)
    signal.pause()
os.read(told, 1)
print("leader ends")
"""
PROGRAMS = {"bash": "echo $#", "python": "import sys\nprint(len(sys.argv))"}
MAX_STRING = 128 << 10  # the kernel's, for one argument with its zero byte


def test_006_the_end_is_told_soon_after_the_leader_s(arena):
    """Its daemon holds the pipe for a minute. Of several tries the best one counts: the machine may
    be busy, but no timer of ours may lie in between."""
    times = []
    for _ in range(5):
        with arena.client.stream("python", HOLDER) as stream:
            stream.wait_for_text("leader ends\n")
            start = time.monotonic()
            assert stream.finish()["cause"] == "exit"
            times.append(elapsed_ms(start))
    assert min(times) <= 200, times


def test_042_no_swap_beyond_the_memory_limit(arena, marker):
    """Where the kernel accounts swap, memory and swap together have the limit of memory."""
    limits = {"memory_bytes": 64 << 20, "disk_bytes": 16 << 20}
    arena.client.start("bash", "read line", args=[marker], limits=limits)
    process = procs.wait_for_sandboxed(marker)[0]
    leaf = next(folder for folder in leaks.cgroups_of(process) if (folder / "memory.stat").exists())
    if leaks.cgroup_mode() == "v2":
        wanted = {"memory.max": 80 << 20, "memory.swap.max": 0}
    else:
        wanted = dict.fromkeys(["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"], 80 << 20)
    (first, limit), (second, with_swap) = wanted.items()
    assert int((leaf / first).read_text()) == limit
    assert not (leaf / second).exists() or int((leaf / second).read_text()) == with_swap


@pytest.mark.parametrize("field", ["args", "env"])
@pytest.mark.parametrize("language", PROGRAMS)
def test_055_five_megabytes_of_arguments(arena, field, language):
    """Refused before anything is executed, by the body's limit or by that of arguments; below these,
    what the kernel refuses is told as a failed set-up, with its text."""
    for size in (5 << 20, 1 << 19, MAX_STRING + 1, MAX_STRING, MAX_STRING - 8):
        given = {"args": ["x" * size]} if field == "args" else {"env": {"X": "x" * size}}
        answer = arena.client.post("/v1/runs", {"language": language, "code": PROGRAMS[language], **given})
        assert answer.status in ((413,) if size > MAX_STRING else (200, 413)), (size, answer)
        if answer.status == 413:
            continue
        run = answer.json()
        if run["status"] != "succeeded":
            assert run["cause"] == "setup_error" and "E2BIG" in answer.text, run
