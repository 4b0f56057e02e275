"""leash bench: a measurement of this machine, and nothing left of it. What is asserted of times is
that there are some; how long they are is what the command is for."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from support import leaks, procs
from support.cli import Command, end, interrupt
from support.server import BINARY, clean_environment
from support.terminal import terminal
from support.wait import wait_until

# Beside other tests the slowest language's compiler alone takes a minute.
pytestmark = pytest.mark.timeout(180)

NO_CGROUPS = (
    'for m in $(findmnt -rn -t cgroup,cgroup2 -o TARGET); do umount "$m"; done; exec "$0" "$@"'
)


def bench(*options, prefix=(), **env):
    return subprocess.run(
        [*prefix, BINARY, "bench", *options],
        capture_output=True,
        text=True,
        env=clean_environment(**env),
        timeout=170,
    )


@pytest.fixture
def temporary(tmp_path):
    """Where the command keeps its own server's state."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Of all languages, as short as can be."""
    folder = tmp_path_factory.mktemp("bench")
    ended = bench("--seconds", "1", "--json", TMPDIR=str(folder))
    assert ended.returncode == 0 and ended.stderr == "", ended
    assert os.listdir(folder) == []
    return json.loads(ended.stdout)


def languages(rows):
    return {row["language"] for row in rows}


def check_summary(summary):
    assert summary["count"] >= 5, summary
    assert 0 < summary["min_ms"] <= summary["p50_ms"] <= summary["p99_ms"] < 60_000, summary


def test_every_language_has_a_row_of_sane_figures(report, client):
    known = client.get("/v1/languages").json()
    available = {language["id"]: language for language in known if language["available"]}
    assert languages(report["hellos"]) == languages(report["stops"]) == set(available)
    for row in report["hellos"]:
        assert row["version"] == available[row["language"]]["version"]
        check_summary(row["sandboxed"])
        check_summary(row["bare"])
        assert row["bare"]["count"] == row["sandboxed"]["count"], "they were taken in turns"
        assert row["ratio"] == pytest.approx(row["sandboxed"]["p50_ms"] / row["bare"]["p50_ms"])
    for row in report["stops"]:
        check_summary(row)


def test_the_bare_commands_are_those_that_people_call(report):
    commands = {row["language"]: row["bare"]["command"] for row in report["hellos"]}
    assert commands["python"] == "python3 -c" and commands["bash"] == "bash -c"
    assert commands["c"] == "./program (gcc)"
    assert commands["javascript"] == "node -e"


def test_rates_and_memory_are_positive_and_beside_the_bare_ones(report):
    assert languages(report["rates"]) == {"python", "javascript"}
    for row in report["rates"]:
        assert row["sandboxed_per_second"] > 0 and row["bare_per_second"] > 0
        assert row["ratio"] == pytest.approx(row["sandboxed_per_second"] / row["bare_per_second"])
    assert {"python", "javascript"} <= languages(report["memory"])
    for row in report["memory"]:
        assert 1 << 16 < row["sandboxed_bytes"] < 1 << 28, row
        assert 1 << 20 < row["bare_bytes"] < 1 << 28, row


def test_the_machine_is_told(report):
    assert report["cores"] == os.cpu_count() and os.uname().release in report["kernel"]
    assert report["cgroup_mode"] == leaks.cgroup_mode() and report["mode"].startswith("root, ")
    assert report["memory_bytes"] > 1 << 28 and report["cpu"] and report["seconds"] == 1
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True).stdout
    assert version.strip() == f"leash {report['version']}"


def test_some_languages_by_their_aliases_as_tables(temporary):
    ended = bench("--seconds", "1", "--languages", "py,BASH", TMPDIR=str(temporary))
    assert ended.returncode == 0 and ended.stderr == "" and "\x1b" not in ended.stdout, ended
    for title in ("Hello, in ms", "Runs a second", "Stop of a spinning", "Memory of one more"):
        assert title in ended.stdout
    assert re.search(r"^python +\S+ +\d+ +[\d.]+ +[\d.]+ +python3 -c +[\d.]+ +[\d.]+ +[\d.]+$",
                     ended.stdout, re.MULTILINE), ended.stdout  # fmt: skip
    assert re.search(r"^bash ", ended.stdout, re.MULTILINE) and "javascript" not in ended.stdout


def test_settings_of_the_callers_own_server_do_not_reach_it(temporary):
    env = {"LEASH_LISTEN": "192.0.2.1:1", "LEASH_CONFIG": "/nonexistent", "LEASH_MAX_RUNNING": "1"}
    ended = bench("--seconds", "1", "--languages", "bash", TMPDIR=str(temporary), **env)
    assert ended.returncode == 0, ended


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--seconds", "0"], ["--seconds", "1 to 3600"]),
        (["--seconds", "soon"], ["--seconds", "soon"]),
        (["--languages", "cobol"], ["cobol", "python"]),
        (["--languages", "python, bash"], ["' bash'", "no such language"]),
        (["--colour"], ["--colour"]),
        (["more"], ["more"]),
    ],
)
def test_bad_options_are_explained_before_anything_is_started(arguments, words, temporary):
    begin = time.monotonic()
    ended = bench(*arguments, TMPDIR=str(temporary))
    assert ended.returncode in (1, 2) and ended.stdout == "", ended
    assert all(word in ended.stderr for word in words), ended.stderr
    assert time.monotonic() - begin < 10 and os.listdir(temporary) == []


def test_help_names_every_option():
    ended = Command()("bench", "--help")
    assert ended.returncode == 0
    assert all(word in ended.stdout for word in ("--seconds", "--languages", "--json", "Exit code"))


def test_without_cgroups_it_says_what_leash_serve_says(temporary):
    ended = bench(prefix=("unshare", "--mount", "sh", "-c", NO_CGROUPS), TMPDIR=str(temporary))
    assert ended.returncode == 1 and ended.stdout == "" and "mount -t cgroup2" in ended.stderr, ended
    assert os.listdir(temporary) == []


def start(temporary, *options):
    return Command(TMPDIR=str(temporary)).start("bench", "--seconds", "60", *options)


def wait_for_runs(process):
    """Until its server runs a program; all processes of it."""

    def sandboxed():
        tree = procs.tree_of(process.pid)
        return tree if any(p.sandboxed for p in tree) else None

    return {process.identity for process in wait_until(sandboxed, "a sandbox", seconds=60)}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_server_and_every_run(number, temporary):
    process = start(temporary)
    seen = wait_for_runs(process)
    os.kill(process.pid, number)
    code, out, err = end(process, seconds=40)
    assert (code, out, err) == (128 + number, "", "")
    wait_until(lambda: not procs.present(seen), "the end of all its processes")
    assert os.listdir(temporary) == []


def test_interrupted_at_once_it_leaves_nothing_either(temporary):
    process = start(temporary)
    wait_until(lambda: os.listdir(temporary), "its folder")
    interrupt(process)
    code, _, _ = end(process, seconds=40)
    assert code in (-signal.SIGINT, 128 + signal.SIGINT)
    wait_until(lambda: os.listdir(temporary) == [], "its folder gone")


def test_if_it_is_killed_its_server_ends_all_the_same(temporary):
    process = start(temporary)
    seen = wait_for_runs(process)
    process.kill()
    end(process)
    wait_until(lambda: not procs.present(seen), "the end of all its processes", seconds=40)


def test_progress_is_shown_on_a_terminal_and_taken_away_again(temporary):
    with terminal() as screen:
        process = subprocess.Popen(
            [BINARY, "bench", "--seconds", "1", "--languages", "bash"],
            stdin=screen.program_side,
            stdout=subprocess.PIPE,
            stderr=screen.program_side,
            env=clean_environment(TMPDIR=str(temporary)),
        )
        shown = screen.read_all()
    out = process.communicate()[0].decode()
    assert process.returncode == 0 and "\x1b" not in out
    assert b"Starting a server" in shown and b"Hello in bash" in shown
    assert shown.endswith(b"\r\x1b[K")


def test_the_servers_folder_is_private(temporary):
    process = start(temporary)
    folder = wait_until(lambda: next(iter(Path(temporary).iterdir()), None), "its folder")
    assert folder.stat().st_mode & 0o777 == 0o700
    interrupt(process)
    end(process, seconds=40)
