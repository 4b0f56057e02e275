"""leash doctor: what each layer stops, what proves it, how to mend what is missing."""

import json
import re
import subprocess

import pytest

from support import leaks
from support.rootless import OrdinaryUser
from support.server import BINARY, clean_environment
from support.terminal import terminal

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
UNMOUNT = 'for m in $(findmnt -rn -t {} -o TARGET); do umount "$m"; done; exec "$0" "$@"'
NO_CGROUPS = UNMOUNT.format("cgroup,cgroup2")
READ_ONLY = (
    "for m in $(findmnt -rn -t cgroup,cgroup2 -o TARGET); do mount -o remount,bind,ro $m; done; "
    'exec "$0" "$@"'
)
NO_MEMORY = 'umount /sys/fs/cgroup/memory; exec "$0" "$@"'


def doctor(*options, prefix=(), binary=BINARY, **env):
    return subprocess.run(
        [*prefix, binary, "doctor", *options],
        capture_output=True,
        text=True,
        env=clean_environment(**env),
        timeout=50,
    )


def changed(script):
    """Before a command: in a mount namespace of its own, changed by a shell script."""
    return ("unshare", "--mount", "sh", "-c", script)


@pytest.fixture(scope="module")
def report():
    ended = doctor("--json")
    assert ended.returncode == 0, ended
    return json.loads(ended.stdout)


def test_every_layer_says_what_it_stops_and_what_proves_it(report):
    assert report["complete"] is True and report["mode"] == f"root, cgroup {leaks.cgroup_mode()}"
    for layer in report["layers"]:
        assert layer["stops"] and layer["detail"] and layer["proved"], layer
        assert layer["remedy"] == "", layer
    assert {"seccomp", "kill", "limit_memory", "cgroup"} <= {one["name"] for one in report["layers"]}


def test_the_text_has_what_the_json_has_and_no_colour_in_a_pipe(report):
    ended = doctor(TERM="xterm")
    assert ended.returncode == 0 and "\x1b" not in ended.stdout
    assert f"Mode: {report['mode']}\n" in ended.stdout
    for layer in report["layers"]:
        assert re.search(rf"^  ok +{layer['name']} +stops: {re.escape(layer['stops'])}$",
                         ended.stdout, re.MULTILINE), layer  # fmt: skip
    assert ended.stdout.count(" proof: ") == len(report["layers"])


def on_terminal(**env):
    """What it writes to a terminal."""
    with terminal() as screen:
        sides = dict.fromkeys(("stdin", "stdout", "stderr"), screen.program_side)
        process = subprocess.Popen([BINARY, "doctor"], **sides, env=clean_environment(**env))
        written = screen.read_all()
    assert process.wait(50) == 0
    return written.decode().replace("\r\n", "\n")


def head_of(report):
    """Its first two lines. A server whose state folder had the same inode may have been killed by
    another test: what it left is told of before them."""
    lines = report.splitlines()
    (first,) = [number for number, line in enumerate(lines) if " on Linux " in line]
    return lines[first : first + 2]


def test_colours_on_a_terminal_only_where_they_are_wanted():
    coloured = on_terminal(TERM="xterm", NO_COLOR="")
    assert "\x1b[32mok" in coloured
    for env in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": ""}):
        plain = on_terminal(**env)
        assert "\x1b" not in plain and "Mode: root" in plain
    assert head_of(ESCAPE.sub("", coloured)) == head_of(plain)


NO_SYS_ADMIN = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")
# The spawner's first mount is that which makes mounts private, the second its tmpfs.
NO_TMPFS = "strace -f -o /dev/null -e trace=mount -e inject=mount:error=ENODEV:when=2".split()


@pytest.mark.parametrize(
    ("prefix", "mode", "found", "mend"),
    [
        (changed(NO_CGROUPS), "root, no cgroups", "use cgroups", "mount -t cgroup2"),
        (changed(READ_ONLY), None, "Read-only file system", "docker run --privileged"),
        (changed(NO_MEMORY), "root, no cgroups", "use cgroups", "without: memory; mount -t"),
        (NO_SYS_ADMIN, None, "unshare(CLONE_NEWNS): Operation not permitted", "CAP_SYS_ADMIN"),
        (NO_TMPFS, None, "mount tmpfs", "CONFIG_TMPFS"),
    ],
    ids=["no-cgroups", "read-only-cgroups", "no-memory-controller", "no-rights", "no-tmpfs"],
)
def test_what_is_missing_is_told_with_how_to_mend_it(prefix, mode, found, mend):
    ended = doctor("--json", prefix=prefix)
    report = json.loads(ended.stdout)
    assert ended.returncode == 1 and report["complete"] is False and report["languages"] == []
    assert report["left"] == [] and mode in (None, report["mode"])
    (layer,) = report["layers"]
    assert (layer["name"], layer["proved"], layer["required"]) == ("setup", False, True)
    assert found in layer["detail"] and mend in layer["remedy"] and layer["stops"], layer

    text = doctor(prefix=prefix)
    assert text.returncode == 1
    assert "  missing  setup" in text.stdout and f"mend:  {layer['remedy']}\n" in text.stdout
    assert "Code is not run here until" in text.stdout


def test_a_server_without_cgroups_does_not_start_and_says_why(tmp_path):
    ended = subprocess.run(
        [*changed(NO_CGROUPS), BINARY, "serve", "--state-dir", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert ended.returncode == 1 and "mount -t cgroup2" in ended.stderr, ended


def test_a_run_without_a_server_says_what_is_missing_too(tmp_path):
    (tmp_path / "hello.sh").write_text("echo hello")
    ended = subprocess.run(
        [*changed(NO_CGROUPS), BINARY, "run", "--local", "hello.sh"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=50,
    )
    assert ended.returncode != 0 and ended.stdout == ""
    assert "lacks setup" in ended.stderr and "mount -t cgroup2" in ended.stderr, ended


def test_an_ordinary_user_is_told_the_mode_and_the_layer_that_root_does_not_need(programs):
    with OrdinaryUser() as user:
        ended = doctor("--json", prefix=user.prefix(), binary=programs, TMPDIR=str(user.home))
    report = json.loads(ended.stdout)
    assert ended.returncode == 0, ended
    assert report["mode"] == f"rootless, cgroup {leaks.cgroup_mode()}" and report["rootless"] is True
    layers = {layer["name"]: layer for layer in report["layers"]}
    assert all(layer["proved"] and layer["stops"] for layer in layers.values())
    assert "user_namespace" in layers


def test_an_ordinary_user_without_subordinate_ids_is_told_how_to_get_some(programs):
    with OrdinaryUser(subordinate=False) as user:
        ended = doctor("--json", prefix=user.prefix(), binary=programs, TMPDIR=str(user.home))
    report = json.loads(ended.stdout)
    (layer,) = report["layers"]
    assert ended.returncode == 1 and report["mode"].startswith("rootless, ")
    assert "/etc/subuid" in layer["detail"] and "usermod --add-subuids" in layer["remedy"]
