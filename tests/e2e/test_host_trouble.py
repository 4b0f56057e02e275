"""The host is in trouble: full disks, no descriptors, a killed or small cgroup, remains of others.
Answers are defined, nothing is damaged, and when the trouble is over the server works."""

import os
import socket
import sqlite3
import subprocess
from contextlib import ExitStack, closing

import pytest

from support import leaks, procs
from support.install import few_languages
from support.rootless import own_cgroup_folders
from support.server import Server
from support.trouble import Cgroup, cpu_seconds, few_descriptors, filled, remount, tiny_disk, without_inodes
from support.wait import wait_until

HELLO = {"language": "bash", "code": "echo hello"}
WAITS = "echo up; read x; echo $x"


@pytest.fixture(scope="module")
def quick():
    """A leash that is ready soon."""
    with few_languages("bash", "python") as binary:
        yield binary


def answer_of_a_full_server(client):
    """The first answer that is a refusal; a run or two may be taken before it was noticed."""
    answers = (client.post("/v1/runs", HELLO) for _ in range(200))
    return next(answer for answer in answers if answer.status != 200)


def works(client):
    answer = client.post("/v1/runs", HELLO)
    assert answer.status in (200, 503), answer
    return answer.status == 200 and answer.json()["stdout"] == "hello\n"


def intact(folder):
    """The ids in the database, which SQLite finds whole."""
    with closing(sqlite3.connect(folder.path / "records/records.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in database.execute("SELECT id FROM runs")}


def test_full_disk_refuses_new_runs_and_loses_none(folder, quick):
    with tiny_disk(folder, "size=2m"), Server(folder=folder, binary=quick) as server:
        client = server.client()
        with client.stream("bash", WAITS) as stream:
            stream.wait_for_text("up\n")
            with filled(folder.path):
                refused = answer_of_a_full_server(client)
                assert refused.status == 503 and refused.json()["code"] == "unavailable", refused
                assert "records" in refused.json()["detail"] and refused.headers["Retry-After"], refused
                assert client.get("/readyz").status == 503
                # What goes on goes on, to its end.
                client.send_stdin(stream.run_id, b"there\n", eof=True)
                assert stream.finish()["cause"] == "exit"
                assert "full" in server.log_text()
            wait_until(lambda: works(client), "room again")
            assert client.show(stream.run_id)["stdout"] == "up\nthere\n"
            told = {run["id"] for run in client.runs(limit=100)["runs"]}
        server.stop()
        assert intact(folder) == told, "what could not be written was written later"


@pytest.mark.parametrize("trouble", [filled, without_inodes])
def test_start_on_a_full_disk_is_refused_and_possible_later(folder, quick, trouble):
    with tiny_disk(folder):
        with trouble(folder.path):
            server = Server(folder=folder, binary=quick).launch()
            assert server.wait() == 1
            assert "No space left" in server.log_text() or "full" in server.log_text()
        with Server(folder=folder, binary=quick) as server:
            assert works(server.client())
            server.stop()


def test_read_only_state_folder_is_refused_with_the_reason(folder, quick):
    with tiny_disk(folder):
        remount(folder.path, "ro")
        server = Server(folder=folder, binary=quick).launch()
        assert server.wait() == 1
        assert "Read-only file system" in server.log_text()
        remount(folder.path, "rw")
        with Server(folder=folder, binary=quick) as server:
            assert works(server.client())
            server.stop()


def test_server_without_descriptors_answers_and_recovers(own_server, quick):
    """Idle connections take what there is; runs that come all the same are answered one way or the
    other, none hangs, and none that is not executed says anything else."""
    server = own_server("--ready-slots", "1", binary=quick, prefix=few_descriptors(200))
    client = server.client()
    before = leaks.baseline(server)
    with ExitStack() as stack:
        socks = [stack.enter_context(client.connect()) for _ in range(220)]
        statuses = set()
        for _ in range(12):
            try:
                answer = client.post("/v1/runs", HELLO)
            except (ConnectionError, OSError):
                continue  # there was no descriptor for its connection
            run = answer.json()
            statuses.add(run.get("status", answer.status))
            assert run.get("status", 503) in ("succeeded", "setup_error", 503), answer
            assert run.get("status") != "setup_error" or "descriptors" in run["setup_error"] or "open files" in run["setup_error"]
        assert server.http_pid() == procs.look_up(server.http_pid()).pid
        assert len(socks) == 220
    wait_until(lambda: works(client), "descriptors again")
    assert leaks.left(server.folder, before=before) == []
    server.stop()


def test_spawner_without_descriptors_makes_what_slots_it_can(own_server, quick):
    """Dozens of slots are to be made ahead, for which there is no room: those that can be are used, and
    the making of others neither spins nor stops for good."""
    server = own_server("--ready-slots", "12", binary=quick, prefix=few_descriptors(150))
    client = server.client()
    runs = [client.run("bash", "echo hello") for _ in range(12)]
    for run in runs:
        assert run["status"] == "succeeded" or "Too many open files" in run["setup_error"], run
    assert [run["status"] for run in runs].count("succeeded") >= 3, runs
    used = cpu_seconds(server.spawner_pid)
    wait_until(lambda: works(client), "a run", 20)
    assert cpu_seconds(server.spawner_pid) - used < 5
    assert "Too many open files" in server.log_text()
    assert leaks.left(server.folder) == []
    server.stop()


def test_server_in_a_cgroup_that_was_killed_before(quick):
    """The kernel kills at birth what is cloned from such a place into a fresh leaf: seen at the start,
    and done in another way."""
    with Cgroup("") as cgroup:
        cgroup.kill()
        with Server(binary=quick, prefix=cgroup.prefix()) as server:
            client = server.client()
            layers = {one["name"]: one for one in client.get("/v1/capabilities").json()["layers"]}
            assert layers["cgroup"]["proved"] and layers["kill"]["proved"], layers
            assert works(client)
            run_id = client.start("bash", "(setsid sleep 600 &) ; while :; do :; done")
            wait_until(lambda: client.show(run_id)["state"] == "running", "it to run")
            assert client.stop(run_id)["proof"]["empty"] is True
            server.stop()


def test_runs_go_first_when_the_servers_cgroup_is_out_of_memory(quick):
    with Cgroup("memory") as cgroup:
        cgroup.limit_memory(400 << 20)
        with Server("--ready-slots", "1", binary=quick, prefix=cgroup.prefix()) as server:
            client = server.client()
            tree = {process.identity for process in server.tree() if not process.sandboxed}
            hog = "x = bytearray(220 << 20)\nprint('has it', flush=True)\nimport time\nwhile True: time.sleep(1)"
            ids = [client.start("python", hog, limits={"memory_bytes": 300 << 20, "wall_ms": 20000}) for _ in range(3)]
            wait_until(
                lambda: any(client.show(run_id)["state"] == "finished" for run_id in ids), "a hog's end", 20
            )
            for run_id in ids:
                client.post(f"/v1/runs/{run_id}/stop")
            causes = [client.finished(run_id)["cause"] for run_id in ids]
            assert "memory_limit" in causes and set(causes) <= {"memory_limit", "stop"}, causes
            assert {process.identity for process in procs.present(tree)} == tree, "the server itself was killed"
            # What the dead had is given back by the kernel a little later.
            wait_until(lambda: works(client), "memory again")
            server.stop()


def test_remains_of_an_older_instance_are_taken_away(folder, quick):
    """A leaf with live processes, stopped ones too, one in only one hierarchy; and folders that nobody
    can enter, that are read-only, that have something mounted: these are not ours and harm nobody."""
    name = leaks.Instance.of_state(folder.path).name
    strange = folder.path / "strange"
    strange.mkdir(mode=0o000)
    (folder.path / "read-only").mkdir(mode=0o500)
    subprocess.run(["mount", "-t", "tmpfs", "stuck", folder.path / "read-only"], check=True)
    victims = []
    try:
        for own in own_cgroup_folders():
            if "cpuacct" in str(own) and leaks.cgroup_mode() == "hybrid":
                continue  # the v2 tree is asked instead
            leaf = own / name / "slot-ff"
            os.makedirs(leaf)
            victims.append(subprocess.Popen(["sleep", "600"]))
            (leaf / "cgroup.procs").write_text(str(victims[-1].pid))
        victims[0].send_signal(19)
        with Server(folder=folder, binary=quick) as server:
            ended = [victim for victim in victims if victim.poll() is not None]
            assert ended, "nothing was killed"
            assert not any("slot-ff" in path for path in leaks.cgroup_folders(name))
            assert works(server.client())
            assert "removed 1 slots" in server.log_text()
            server.send_signal(15)
            assert server.wait() == 0
    finally:
        for victim in victims:
            victim.kill()
            victim.wait()
        subprocess.run(["umount", folder.path / "read-only"], check=True)
        strange.rmdir()
        (folder.path / "read-only").rmdir()
    assert leaks.left(folder) == []


@pytest.mark.parametrize("damage", ["zero bytes", "half of it", "garbage", "an empty table", "a garbage log"])
def test_damaged_records_are_refused_or_whole_and_never_half(folder, quick, damage):
    with Server(folder=folder, binary=quick) as server:
        ids = {server.client().run("bash", f"echo {number}")["id"] for number in range(5)}
        server.stop()
    path = folder.path / "records/records.db"
    content = path.read_bytes()
    if damage == "zero bytes":
        path.write_bytes(b"")
    elif damage == "half of it":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "garbage":
        path.write_bytes(os.urandom(len(content)))
    elif damage == "an empty table":
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE runs SET record = x''")
            database.commit()
    else:
        (folder.path / "records/records.db-wal").write_bytes(os.urandom(40_000))
    if damage in ("zero bytes", "a garbage log"):
        # An empty file is a new database; a log without valid frames is what a torn write leaves.
        with Server(folder=folder, binary=quick) as server:
            client = server.client()
            found = {run["id"] for run in client.runs(limit=100)["runs"]}
            assert found == (ids if damage == "a garbage log" else set())
            assert works(client)
            server.stop()
    else:
        server = Server(folder=folder, binary=quick).launch()
        assert server.wait() == 1
        assert "damaged" in server.log_text() and "move this folder aside" in server.log_text()
    assert leaks.left(folder) == []


def test_address_in_use_by_somebody_else_leaves_nothing(folder, quick):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        server = Server(folder=folder, binary=quick, listen=[address]).launch()
        assert server.wait() != 0
    assert leaks.left(folder) == []
