"""Output that is kept for those who come later is in a file without a name, and nobody can tell."""

import os
import re
from pathlib import Path

from support.canaries import CANARY
from support.server import Server
from support.stream import check_events
from support.wait import wait_until

MIB = 1 << 20
# 6 MiB and 1.5 MiB: the two are kept whole. Every line is another one, and not all of it is ASCII.
LINES = {"stdout": 6 * MIB // 64, "stderr": 3 * MIB // 2 // 64}
CODE = f"""
import os
for descriptor, lines in ((1, {LINES["stdout"]}), (2, {LINES["stderr"]})):
    text = "".join(f"{{i:010}} {{descriptor}} €".ljust(61, ".") + "\\n" for i in range(lines)).encode()
    while text:
        text = text[os.write(descriptor, text):]
"""
LIMITS = {"output_bytes": 64 * MIB, "wall_ms": 60000}


def expected(stream):
    descriptor = {"stdout": 1, "stderr": 2}[stream]
    return "".join(
        f"{i:010} {descriptor} €".ljust(61, ".") + "\n" for i in range(LINES[stream])
    )


def serve(folder):
    return Server("--max-running", "4", folder=folder, env={"LEASH_TOKEN": CANARY})


def assert_whole(run):
    for stream in LINES:
        assert run[stream] == expected(stream), f"{stream} is another one"
        assert run[f"{stream}_truncated"] is False
    assert run["encoding"] == "utf8"


def late_reader(client, run_id):
    """All events of a run that has ended, with the output that is to be in them."""
    with client.follow(run_id) as stream:
        stream.rest()
        check_events(stream.events)
        for name in LINES:
            assert stream.text(name) == expected(name), f"{name} is another one"
        return [(event.seq, event.type, event.data) for event in stream.events]


def spilled(server):
    """Bytes on the disk of the http process's one file that has no name any more."""
    sizes = []
    for link in Path(f"/proc/{server.http_pid()}/fd").iterdir():
        if re.search(r"/records/\S+ \(deleted\)$", os.readlink(link)):
            sizes.append(link.stat().st_blocks * 512)
    assert len(sizes) == 1, sizes
    return sizes[0]


def assert_only_records(folder):
    names = {path.name for path in (folder.path / "records").iterdir()}
    assert "records.db" in names and names <= {"records.db", "records.db-wal"}, names


def test_much_output_is_the_same_to_all_and_after_a_restart(folder):
    with serve(folder) as first:
        client = first.client()
        run = client.run("python", CODE, limits=LIMITS)
        assert_whole(run)
        assert client.show(run["id"]) == run
        events = late_reader(client, run["id"])
        assert sum(LINES.values()) * 64 - 128 * 1024 <= spilled(first) <= 8 * MIB
        assert_only_records(folder)
        first.stop()
    assert_only_records(folder)
    with serve(folder) as second:
        client = second.client()
        assert client.show(run["id"]) == run
        assert late_reader(client, run["id"]) == events
        assert spilled(second) >= 7 * MIB, "what is read at the start is not in memory either"
        assert client.delete(f"/v1/runs/{run['id']}").status == 204
        wait_until(lambda: spilled(second) == 0, "the disk's room given back")
        second.stop()
    assert_only_records(folder)


def test_short_output_does_not_get_to_the_file(folder):
    with serve(folder) as server:
        client = server.client()
        run = client.run("python", "print('x' * 60000)")
        assert client.show(run["id"])["stdout"] == "x" * 60000 + "\n"
        assert spilled(server) == 0
        server.stop()


def test_server_killed_with_output_in_the_file_leaves_nothing(folder):
    with serve(folder) as server:
        client = server.client()
        run = client.run("python", CODE, limits=LIMITS)
        old = server.http_pid()
        server.kill(old)
        wait_until(lambda: server.http_pid() not in (None, old), "a new http process")
        server.wait_ready()
        assert_only_records(folder)
        assert_whole(server.client().show(run["id"]))
        server.stop()
