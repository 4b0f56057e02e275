"""Output that cannot be written is noticed, and closed descriptors are no trap."""

import os
import signal
import subprocess

import pytest

from support.cli import Command
from support.server import BINARY, StateFolder, clean_environment

HELLO = "print('hello')"
FULL = "cannot write to standard output: No space left on device"


def shell(script, *arguments, server=None, seconds=30):
    """A shell opens and closes what a test is about; "$@" there is leash with the arguments."""
    env = {"LEASH_URL": server.url, "LEASH_TOKEN": server.token} if server else {}
    return subprocess.run(
        ["sh", "-c", script, "sh", BINARY, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean_environment(**env),
        timeout=seconds,
    )


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["version"], ["config", "check"], ["run", "--help"]]
)
def test_what_cannot_be_printed_is_a_failure(arguments):
    full = shell('"$@" >/dev/full', *arguments)
    assert full.returncode == 1 and FULL in full.stderr, full
    closed = shell('"$@" >&-', *arguments)
    assert closed.returncode == 1 and "cannot write to standard output" in closed.stderr, closed


def test_what_a_server_tells_cannot_be_printed_either(server, client):
    run_id = client.run("bash", "echo x")["id"]
    for arguments in (["ps"], ["ps", "--json"], ["logs", run_id], ["logs", "-f", run_id]):
        full = shell('"$@" >/dev/full', *arguments, server=server)
        assert full.returncode == 1 and FULL in full.stderr, full


def test_a_reader_that_has_gone_is_no_news(server, client):
    """As a shell shows it, killed by SIGPIPE; the same where that is ignored."""
    first = shell('{ "$@"; echo $? >&2; } | true; wait', "config", "check")
    assert "cannot" not in first.stderr
    closed = 'trap "" PIPE; mkfifo "$0"; exec 3<>"$0"; exec 4>"$0"; exec 3<&-; "$@" >&4'
    folder = StateFolder()
    ended = subprocess.run(
        ["sh", "-c", closed, str(folder.base / "pipe"), BINARY, "config", "check"],
        capture_output=True,
        text=True,
        timeout=30,
    )
    folder.close()
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, "")


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["output", "json"])
def test_a_run_says_why_it_could_not_show_its_output(server, client, write, option):
    ended = shell('"$@" >/dev/full', "run", write("a.py", HELLO), *option, server=server)
    assert ended.returncode == 125 and FULL in ended.stderr, ended


def test_a_token_that_nobody_saw_is_taken_back(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    option = f"--state-dir={folder}"
    for script in ('"$@" >/dev/full', '"$@" >&-', '{ "$@"; echo $? >&2; } | exec true'):
        shell(script, "token", "add", "x", option)
    full = shell('"$@" >/dev/full', "token", "add", "x", option)
    assert full.returncode == 1 and "print the token: No space" in full.stderr, full
    assert " x " not in Command()("token", "list", option).stdout
    shown = Command()("token", "add", "x", option)
    assert shown.returncode == 0 and len(shown.stdout) > 40


@pytest.mark.parametrize("place", [[], ["--local"]], ids=["server", "local"])
@pytest.mark.parametrize("closed", ["<&-", "<&- 2>&-"])
def test_closed_descriptors_do_not_matter_to_a_run(server, client, write, place, closed):
    path = write("a.py", "import sys\nprint(len(sys.stdin.read()))")
    ended = shell(f'"$@" {closed}', "run", path, "--limit", "wall=10s", *place, server=server)
    assert (ended.returncode, ended.stdout) == (0, "0\n"), ended


def test_a_run_without_stdout_that_prints_nothing_succeeds(server, client, write):
    for code, status in (("pass", 0), (HELLO, 125)):
        path = write("a.py", code)
        ended = shell('"$@" <&- >&- 2>&-', "run", path, server=server)
        assert ended.returncode == status, code


def test_a_server_without_standard_descriptors_works(own_server, folder):
    """Its own are open, if on nothing: no message is written into another one."""
    pids = folder.base / "pid"
    script = f'echo $$ >{pids}; exec "$0" "$@" <&- 2>&-'
    server = own_server(folder=folder, prefix=("sh", "-c", script))
    for pid in (server.spawner_pid, server.http_pid()):
        assert os.readlink(f"/proc/{pid}/fd/0") == os.readlink(f"/proc/{pid}/fd/2") == "/dev/null"
    assert server.client().run("bash", "echo x")["stdout"] == "x\n"
    server.stop()
