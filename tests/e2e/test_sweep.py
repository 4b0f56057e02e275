"""What belongs to no run is found by listing what there is, not only when a server starts."""

import subprocess
from pathlib import Path

import pytest

from support import leaks
from support.programs import Programs
from support.wait import wait_until


@pytest.fixture
def swept():
    with Programs("--sweep-ms", "200") as programs:
        yield programs


def test_a_leaf_that_belongs_to_no_slot_is_killed_and_removed(own_server, swept):
    server = own_server(binary=str(swept.binary))
    client = server.client()
    with client.stream("bash", "echo on; read line; echo $line") as run:
        run.wait_for_text("on\n")
        groups = [Path(f) for f in leaks.cgroup_folders(server.instance)]
        groups = [folder for folder in groups if folder.name == server.instance]
        stray = subprocess.Popen(["sleep", "infinity"])
        for group in groups:
            (group / "stray").mkdir()
            (group / "stray" / "cgroup.procs").write_text(str(stray.pid))
        assert stray.wait(10) == -9
        wait_until(lambda: not any((g / "stray").exists() for g in groups), "the leaf to go")
        # Those that do belong to one are left alone.
        client.send_stdin(run.run_id, b"still here\n", eof=True)
        run.finish()
        assert run.text() == "on\nstill here\n"
    assert "stray, which belongs to no run, was killed" in server.log_text()
