"""leash run: streams, exit codes, Ctrl-C, limits."""

import os
import signal
import subprocess
import time

import pytest

from support import procs
from support.cli import Command, end, interrupt
from support.languages import ALL, IDS
from support.server import BINARY, clean_environment
from support.wait import elapsed_ms, wait_until

SPIN = "print('up')\nwhile True: pass\n"


EXTENSIONS = {"javascript": "js", "python": "py", "bash": "sh", "c": "c", "cpp": "cpp", "csharp": "cs", "java": "java"}


@pytest.mark.parametrize("language", ALL, ids=IDS)
def test_run_in_every_language(leash, write, language):
    """The language follows from the extension; node shares one with javascript and is named."""
    option = ["--language", "node"] if language.id == "node" else []
    result = leash(
        "run", write(f"hello.{EXTENSIONS.get(language.id, 'js')}", language.hello), *option
    )
    assert (result.returncode, result.stdout) == (0, "hello\n"), result


def test_run_passes_streams_and_exit_code_through(leash, write):
    code = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(42)"
    result = leash("run", write("main.py", code))
    assert (result.returncode, result.stdout) == (42, "out\n")
    assert "err\n" in result.stderr


def test_run_of_a_program_that_dies_by_a_signal(leash, write):
    result = leash(
        "run", write("main.py", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    )
    assert result.returncode == 128 + signal.SIGSEGV
    assert "SIGSEGV" in result.stderr


def test_run_passes_arguments_after_two_dashes(leash, write):
    result = leash("run", write("main.sh", 'printf "%s|" "$@"'), "--", "a b", "--flag", "")
    assert result.stdout == "a b|--flag||"


def test_run_passes_stdin(leash, write):
    result = leash("run", write("main.py", "print(input()[::-1])"), stdin="abc\n")
    assert result.stdout == "cba\n"


def test_run_passes_bytes_through(server, write, client):
    path = write("main.py", "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())")
    data = bytes(range(256)) * 100
    env = clean_environment(LEASH_URL=server.url, LEASH_TOKEN=server.token)
    result = subprocess.run(
        [BINARY, "run", path], input=data, capture_output=True, env=env, timeout=30
    )
    assert result.stdout == data


def test_run_streams(leash, write, marker):
    process = leash.start("run", write("main.py", SPIN), "--", marker)
    assert process.stdout.readline() == "up\n"
    procs.wait_for_sandboxed(marker)
    interrupt(process)
    end(process)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
)
def test_ctrl_c_stops_the_run(leash, client, write, marker, number):
    process = leash.start("run", write("main.py", SPIN), "--", marker)
    assert process.stdout.readline() == "up\n"
    processes = procs.wait_for_sandboxed(marker)
    run_id = client.newest_id()
    start = time.monotonic()
    process.send_signal(number)
    code, _, _ = end(process)
    assert code == 128 + number and elapsed_ms(start) < 8000
    procs.assert_dead(processes, marker)
    run = client.show(run_id)
    assert run["status"] == "cancelled" and run["cause"] in ("stop", "client_disconnected")


def test_a_second_ctrl_c_ends_it_even_if_the_server_hangs(own_server, write):
    server = own_server()
    process = Command(server).start("run", write("main.py", SPIN))
    assert process.stdout.readline() == "up\n"
    http = server.http_pid()
    os.kill(http, signal.SIGSTOP)
    try:
        interrupt(process)
        wait_until(lambda: not is_pending(process.pid, signal.SIGINT), "the first one taken")
        interrupt(process)
        code, _, err = end(process)
    finally:
        os.kill(http, signal.SIGCONT)
    assert code == 125 and "interrupted twice" in err


def is_pending(pid, number):
    """A second one would be the same as the first until that has been taken."""
    with open(f"/proc/{pid}/status") as status:
        (mask,) = [line.split()[1] for line in status if line.startswith("ShdPnd:")]
    return int(mask, 16) >> (number - 1) & 1


def test_killed_command_ends_its_run(leash, client, write, marker):
    process = leash.start("run", write("main.py", SPIN), "--", marker)
    assert process.stdout.readline() == "up\n"
    run_id = client.newest_id()
    process.kill()
    end(process)
    assert client.finished(run_id)["cause"] == "client_disconnected"
    procs.assert_dead([], marker)


@pytest.mark.parametrize("limit", ["wall=300ms", "wall=1s"])
def test_run_with_a_limit(leash, client, write, limit):
    result = leash("run", write("main.py", SPIN), "--limit", limit)
    assert result.returncode not in (0, 1) and result.stdout == "up\n", result
    assert "wall" in result.stderr or "time" in result.stderr
    assert client.show(client.newest_id())["cause"] == "wall_limit"


def test_run_with_several_limits(leash, client, write):
    path = write("main.py", "x = b'x' * (200 << 20)")
    result = leash("run", path, "--limit", "memory=64M", "--limit", "wall=5s")
    assert result.returncode != 0 and "memory" in result.stderr
    assert client.show(client.newest_id())["cause"] == "memory_limit"


def test_run_of_a_program_that_does_not_compile(leash, write):
    result = leash("run", write("main.c", "int main(void) { return undeclared; }"))
    assert result.returncode != 0 and "undeclared" in result.stderr
