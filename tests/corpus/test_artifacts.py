"""7.8. The one thing that leash hands on from an untrusted place is what a compile step made; the other way
in are the files of a request. There are no archives, no file store, no files of sessions."""

import gzip
import json
import re
from pathlib import Path

import pytest

from support.languages import payload
from support.wait import wait_until

# GCC can be told by its environment to read its own rules from the job's files: so code of the job runs
# in the compile step, in the place of the linker.
ENVIRONMENT = {"GCC_EXEC_PREFIX": "/work/g/", "COMPILER_PATH": "/usr/lib/gcc/x86_64-linux-gnu/{major}"}
RULES = "*link_command:\n/usr/bin/python3 ./evil.py {what} {port} %{{pthread:-pthread}} %{{static:}} %{{lm}}\n\n"
COLLECT = "leash: collect the artifacts: "


def major_version(client):
    languages = client.get("/v1/languages").json()
    (version,) = [each["version"] for each in languages if each["id"] == "c"]
    return version.partition(".")[0]


def build(arena, what, says="ATTEMPT ok", **fields):
    """A run whose linker is payloads/evil_compiler.py; what that says is in the compiler's output."""
    major = major_version(arena.client)
    rules = RULES.format(what=what.replace(" ", "_"), port=arena.server.port)
    files = [
        {"path": "main.c", "content": "int main(void) { return 0; }"},
        {"path": f"g/x86_64-linux-gnu/{major}/specs", "content": rules},
        {"path": "evil.py", "content": payload("evil_compiler.py")},
    ]
    env = {name: value.format(major=major) for name, value in ENVIRONMENT.items()}
    run = arena.client.run("c", files=files, entry="main.c", env=env, **fields)
    if run["cause"] in ("exit", "compile_error"):
        assert says in run["compile"]["stderr"], run
    return run


def refused(run):
    """The compile step failed for want of a program, and nothing was run."""
    verdict = (run["status"], run["cause"], run["phase"], run["exit_code"], run["stdout"])
    assert verdict == ("compile_failed", "compile_error", "compile", None, ""), run
    assert "root:" not in json.dumps(run), run
    return run["compile"]["stderr"].splitlines()[-1]


def resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) << 10


@pytest.mark.parametrize("what", ["absolute", "proc", "root of pid 1", "relative", "self", "chain"])
def test_130_program_that_is_a_symbolic_link(arena, what):
    assert refused(build(arena, what)) == COLLECT + "No such file or directory"


def test_131_folder_of_the_program_cannot_be_a_link(arena):
    """Names of artifacts are leash's own and have no folder; the working folder cannot be replaced."""
    code = (
        "import os\n"
        "for act in (lambda: os.rename('/work', '/tmp/w'), lambda: os.rmdir('/work'),\n"
        "            lambda: os.symlink('/etc', '/work'), lambda: os.rename('/tmp', '/work')):\n"
        "    try: act(); print('done')\n"
        "    except OSError as error: print(error.errno)\n"
    )
    refusals = arena.client.run("python", code)["stdout"].split()
    assert len(refusals) == 4 and "done" not in refusals, refusals


@pytest.mark.parametrize("what", ["swap", "swap folders"])
def test_132_program_that_is_swapped_while_it_is_collected(arena, what):
    """Four processes exchange it with a link or a folder without end: they are dead when it is opened, so
    it is the one or the other, and never what the link leads to."""
    for _ in range(5):
        run = build(arena, what)
        if run["cause"] == "exit":
            assert run["stdout"] == "honest\n", run
        else:
            assert refused(run) == COLLECT + "No such file or directory"


@pytest.mark.parametrize("what", ["hard link", "fifo", "socket", "folder", "nothing"])
def test_134_program_that_is_no_file_of_its_own(arena, what):
    why = "device or address" if what == "socket" else "file or directory"
    assert refused(build(arena, what)) == COLLECT + "No such " + why


def test_134_a_device_cannot_be_made(arena):
    assert build(arena, "device", says="PermissionError")["cause"] == "compile_error"


def test_135_sizes_that_lie(arena):
    """8 TB and 1 GB without a block behind them, 100 MB for a disk of 64, one that grows as it is read."""
    pid = arena.server.http_pid()
    before = resident(pid)
    assert refused(build(arena, "sparse")) == COLLECT + "File too large"
    sparse = build(arena, "sparse within")
    assert sparse["cause"] in ("compile_error", "memory_limit"), sparse
    assert "larger than disk_bytes" in refused(build(arena, "large"))
    assert resident(pid) < before + (48 << 20)
    grown = build(arena, "grows", limits={"output_bytes": 100_000, "wall_ms": 2000})
    assert grown["cause"] in ("exit", "wall_limit", "compile_error"), grown
    assert grown["stdout"].startswith("honest\n") or grown["phase"] == "compile", grown


@pytest.mark.parametrize("what", ["many", "names", "plants", "unreadable"])
def test_135_what_lies_beside_the_program_stays_behind(arena, what):
    """100,000 files, names of every kind, links with the names of trusted sides' files (138)."""
    run = build(arena, what, compile_limits={"wall_ms": 60000})
    if what == "unreadable":
        assert refused(run) == COLLECT + "Permission denied"
    elif run["cause"] != "compile_error":
        assert (run["status"], run["stdout"]) == ("succeeded", "honest\n"), run


def test_133_the_second_step_starts_from_the_job_alone(arena):
    """Of what the compile step left, in any folder, by any process, the run sees only the program."""
    code = (
        "#include <stdlib.h>\nint main(void) { return system(\"ls -A /work /tmp /dev/shm; id -u\"); }"
    )
    first = arena.client.run("c", code)
    seen = first["stdout"].split("\n")
    assert seen[:7] == ["/dev/shm:", "", "/tmp:", "", "/work:", "main.c", "program"], first
    run = build(arena, "outlives")
    assert run["cause"] == "compile_error" or run["stdout"].startswith("honest\n"), run


def test_136_names_that_are_refused(arena):
    names = [
        "../../x", "/etc/cron.d/x", "a/../../b", "..\\x", "", ".", "..", "a/..", "./a", "a//b", "a/", "/", "x\0y",
        "a/" * 2000 + "x", "x" * 4096, "x" * 256, "C:\\x",
    ]  # fmt: skip
    for name in names:
        files = [{"path": "main.sh", "content": "echo x"}, {"path": name, "content": ""}]
        body = {"language": "bash", "files": files, "entry": "main.sh"}
        answer = arena.client.post("/v1/runs", body)
        assert answer.status == 422 and answer.json()["field"] == "files[1].path", (name, answer)


def test_136_names_that_are_only_odd(arena):
    """They are files below /work with that very name, and nothing else."""
    names = [
        ".ssh/authorized_keys", "~/x", "$(id)", "`id`", "-rf", "new\nline", "tab\t", "q\"'", " ", "...", "..x",
        "rtl\u202ecod.exe", "%2e%2e%2fx", "x" * 255, "*", "|id", "a;b", "\u2025", "\uff0e\uff0e", "/".join("d" * 100),
    ]  # fmt: skip
    code = (
        "import json, os\nprint(json.dumps([os.path.relpath(os.path.join(f, n), '/work')"
        " for f, _, ns in os.walk('/work') for n in ns if n != 'main.py']))"
    )
    files = [{"path": "main.py", "content": code}, *({"path": n, "content": "x"} for n in names)]
    run = arena.client.run("python", files=files, entry="main.py")
    assert sorted(json.loads(run["stdout"])) == sorted(names), run


def test_137_more_files_than_there_is_room_for(arena):
    """Refused before anything is started: too many, too deep for the disk, a file that is a folder."""
    client = arena.client

    def answer(paths, **fields):
        files = [{"path": path, "content": "echo x"} for path in paths]
        return client.post("/v1/runs", {"language": "bash", "files": files, **fields})

    many = answer([f"f{i}" for i in range(257)])
    deep = answer(["main.sh", *(f"d{i}/" + "a/" * 400 + "f" for i in range(255))])
    small = answer(["main.sh", *(f"f{i}" for i in range(200))], limits={"disk_bytes": 4096})
    both = answer(["main.sh", "a", "a/b"])
    assert [a.status for a in (many, deep, small, both)] == [413, 413, 413, 422]


@pytest.mark.parametrize("name", ["program", "program.dll", "stdout", "meta"])
def test_138_files_with_the_names_of_products(arena, name):
    """A source that is called like the product is replaced by it, not followed, not executed."""
    files = [
        {"path": "main.c", "content": '#include <stdio.h>\nint main(void) { puts("compiled"); }'},
        {"path": name, "content": "#!/bin/sh\necho planted\n"},
    ]
    assert arena.client.run("c", files=files, entry="main.c")["stdout"] == "compiled\n"


def test_140_compressed_bodies(arena):
    """A bomb of zeros: bodies are taken as they are, and nobody unpacks one."""
    client, pid = arena.client, arena.server.http_pid()
    before = resident(pid)
    bomb = gzip.compress(b'{"language":"bash","code":"' + b"\0" * (64 << 20) + b'"}')
    for encoding in ("gzip", "deflate", "br", "zstd", "identity, gzip"):
        answer = client.post("/v1/runs", bomb, {"Content-Encoding": encoding})
        assert answer.status in (400, 415), (encoding, answer)
    wait_until(lambda: resident(pid) < before + (32 << 20), "memory to be given back")


def test_141_twins_among_the_names(arena):
    """By case and by normalisation: Linux tells them apart, and so do we."""
    names = ["Main.sh", "main.sh", "MAIN.SH", "é", "e\u0301", "ﬁ", "fi", "K", "\u212a"]
    files = [{"path": name, "content": f"echo '{name}'"} for name in names]
    for name in names[:3]:
        run = arena.client.run("bash", files=files, entry=name)
        assert run["stdout"] == f"{name}\n", run
    listed = arena.client.run("bash", files=files, entry="main.sh", args=[])["stdout"]
    assert listed == "main.sh\n"
