"""tools/leakcheck against a real server: what a run has is found while it goes on, and not after."""

import json
import os
import subprocess
import sys

from support import leaks, procs
from support.server import REPOSITORY

SPIN = "import os\nos.fork()\nwhile True: pass"


def test_what_a_run_has_is_found_while_it_goes_on_and_nothing_after(own_server, marker):
    server = own_server()
    client = server.client()
    assert leaks.left(server.folder) == []
    run_id = client.start("python", SPIN, args=[marker], limits={"wall_ms": 60000})
    procs.wait_for_sandboxed(marker, 2)
    kinds = {line.partition(":")[0] for line in leaks.left(server.folder, seconds=0)}
    assert {"processes", "cgroups", "uids", "namespaces"} <= kinds, kinds
    client.stop(run_id)
    assert leaks.left(server.folder) == []
    server.stop()


def test_the_name_of_an_instance_is_the_one_that_the_server_gives_itself(server):
    assert leaks.Instance.of_state(server.folder.path).name == server.instance
    assert leaks.Instance.of_pid(server.process.pid).server().pid == server.process.pid


def test_the_command_says_zero_of_each_for_an_idle_server(own_server):
    server = own_server()
    server.client().run("bash", "echo 1")
    command = [sys.executable, REPOSITORY / "tools/leakcheck", "--pid", str(server.process.pid), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done
    snapshot = json.loads(done.stdout)["snapshot"]
    assert all(texts == [] for texts in snapshot["left"].values())
    assert snapshot["amounts"]["waiting slots"] >= 1 and snapshot["amounts"]["http threads"] >= 1
    server.stop()
