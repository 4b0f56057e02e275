"""Commands with a temporary folder of their own take it away when a signal ends them."""

import os
import signal

import pytest

from support import procs
from support.cli import Command, end
from support.wait import wait_until

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
SPIN = "print('up', flush=True)\nwhile True: pass\n"


@pytest.fixture
def temporary(tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def assert_gone(temporary, seen):
    wait_until(lambda: not procs.present(seen), "the end of all its processes", seconds=30)
    assert os.listdir(temporary) == []


def seen_of(process):
    return {one.identity for one in procs.tree_of(process.pid)}


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
@pytest.mark.parametrize("verb", ["doctor", "run"])
def test_ended_while_it_starts_it_leaves_nothing(number, verb, temporary, write):
    arguments = ["doctor"] if verb == "doctor" else ["run", "--local", write("a.py", SPIN)]
    process = Command(TMPDIR=str(temporary)).start(*arguments)
    wait_until(lambda: os.listdir(temporary), "its folder")
    seen = seen_of(process)
    process.send_signal(number)
    code, out, _ = end(process, seconds=40)
    assert (code, out) == (128 + number, "")
    assert_gone(temporary, seen)


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_doctor_ended_while_it_tries_languages_leaves_nothing(number, temporary):
    process = Command(TMPDIR=str(temporary)).start("doctor")
    wait_until(lambda: any(one.sandboxed for one in procs.tree_of(process.pid)), "a sandbox")
    seen = seen_of(process)
    os.killpg(process.pid, number)
    code, out, _ = end(process, seconds=40)
    assert (code, out) == (128 + number, "")
    assert_gone(temporary, seen)


@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_a_local_run_that_is_ended_leaves_nothing(number, temporary, write):
    process = Command(TMPDIR=str(temporary)).start("run", "--local", write("a.py", SPIN))
    assert process.stdout.readline() == "up\n"
    seen = seen_of(process)
    process.send_signal(number)
    code, _, _ = end(process, seconds=40)
    assert code == 128 + number
    assert_gone(temporary, seen)
