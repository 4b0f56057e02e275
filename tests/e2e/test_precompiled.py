"""C++ is compiled with precompiled headers and a faster linker, and nobody can tell: sources mean what they
mean without, and every message is the one that plain g++ gives."""

import subprocess
import time
import tomllib
from pathlib import Path

import pytest

from support.server import BINARY

RESOURCES = Path(BINARY).parent / "lib/leash"
COMMAND = tomllib.loads((RESOURCES / "runtimes/cpp/runtime.toml").read_text())["compile"]["command"]
TRY = RESOURCES / "sandbox/leash-silent-try"
FASTER, PLAIN = COMMAND[1 : COMMAND.index("--")], COMMAND[COMMAND.index("--") + 1 :]
ROOM = {"memory_bytes": 1 << 30, "wall_ms": 60000}


def unique(text):
    return f"// {time.monotonic_ns()}\n{text}"


def in_sandbox(client, source, *options):
    """What plain g++ says of the source, in a sandbox like that of a compile step."""
    words = ["./main.cpp" if word == "{sources}" else word for word in (PLAIN[0], *options, *PLAIN[1:])]
    files = [{"path": "main.cpp", "content": source}, {"path": "main.sh", "content": " ".join(words)}]
    return client.run("bash", files=files, entry="main.sh", limits=ROOM)


@pytest.mark.parametrize("header", ["iostream", "bits/stdc++.h"])
def test_the_precompiled_header_is_used(client, header):
    said = in_sandbox(client, f"// comment\n#include <{header}>\nint main() {{}}", "-H", *FASTER)
    assert said["exit_code"] == 0 and f"! /opt/leash/precompiled/cpp/{header}.gch\n" in said["stderr"]


MESSAGES = {
    "nothing": '#include <iostream>\nint main() { std::cout << "x"; }',
    "a warning": "#include <iostream>\nint main() { int unused; }",
    "an error": "#include <iostream>\nint main() { return undeclared; }",
    "an error in a template": "#include <iostream>\nstruct S {};\nint main() { std::cout << S(); }",
    "a header twice": "#include <iostream>\n#include <iostream>\nint main() { return 1 }",
    "a missing header": "#include <iostream>\n#include <none.h>\nint main() {}",
    "a linker's error": "#include <iostream>\nvoid missing();\nint main() { missing(); }",
    "a linker's warning": "#include <cstdio>\nint main() { char b[L_tmpnam]; return !tmpnam(b); }",
    "an executable stack": '#include <iostream>\nasm(".section .note.GNU-stack,\\"x\\"\\n.text");\nint main() {}',
}


@pytest.mark.parametrize("what", MESSAGES)
def test_messages_are_those_of_the_plain_compiler(client, what):
    source = unique(MESSAGES[what])
    report = client.run("cpp", source)["compile"]
    plain = in_sandbox(client, source)

    def without_names(text):  # of temporary files
        return [line.split(".o:", 1)[-1] if "/tmp/cc" in line else line for line in text.splitlines()]

    assert report["exit_code"] == plain["exit_code"]
    assert without_names(report["stderr"]) == without_names(plain["stderr"])
    assert bool(report["stderr"]) == (what != "nothing"), report


def test_a_macro_before_the_header_means_what_it_always_means(client):
    guarded = unique('#define _GLIBCXX_IOSTREAM 1\n#include <iostream>\nint main() { std::cout << "x"; }')
    assert client.run("cpp", guarded)["status"] == "compile_failed"
    renamed = unique('#define endl finish\n#include <iostream>\nint main() { std::cout << "x" << std::finish; }')
    assert client.run("cpp", renamed)["stdout"] == "x\n"


def test_no_name_is_there_that_was_not_asked_for(client):
    source = unique("#include <iostream>\nint main() { std::regex r; }")
    assert client.run("cpp", source)["status"] == "compile_failed"


def test_a_header_of_the_job_comes_first(client):
    files = [
        {"path": "main.cpp", "content": unique('#include "iostream"\nint main() { say(); }')},
        {"path": "iostream", "content": '#include <cstdio>\ninline void say() { puts("mine"); }'},
    ]
    assert client.run("cpp", files=files, entry="main.cpp")["stdout"] == "mine\n"


def silent_try(tmp_path, script):
    """Runs it with a script that writes its arguments down; what was said, and all its arguments."""
    log = tmp_path / "log"
    body = f'echo "$@" >>{log}\n{script}'
    command = [TRY, "faster", "--", write_script(tmp_path, body), "last"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done, log.read_text().splitlines()


def write_script(tmp_path, body):
    path = tmp_path / "script"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_silent_success_is_all(tmp_path):
    done, calls = silent_try(tmp_path, "exit 0")
    assert (done.returncode, calls) == (0, ["faster last"])


@pytest.mark.parametrize("failure", ["exit 3", "kill -KILL $$"])
def test_a_failure_is_tried_in_the_plain_way(tmp_path, failure):
    done, calls = silent_try(tmp_path, f'[ "$1" = faster ] && {failure}; echo plain; exit 4')
    assert (done.returncode, done.stdout, calls) == (4, "plain\n", ["faster last", "last"])


@pytest.mark.parametrize("stream", [1, 2])
def test_who_says_something_is_ended_and_not_heard(tmp_path, stream):
    done, calls = silent_try(
        tmp_path, f'[ "$1" = faster ] && {{ echo noise >&{stream}; sleep 1000; }}; echo plain >&{stream}'
    )
    assert (done.returncode, done.stdout + done.stderr, calls) == (0, "plain\n", ["faster last", "last"])


def test_without_a_command_it_fails():
    for arguments in ([], ["x"], ["--"], ["x", "--"]):
        assert subprocess.run([TRY, *arguments], timeout=60).returncode == 127
