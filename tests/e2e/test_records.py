"""Records outlive the server that made them, and what a crash interrupted is said once."""

import contextlib
import os
import sqlite3
import stat
from datetime import datetime

import pytest

from support import procs
from support.canaries import CANARY
from support.server import Server
from support.wait import wait_until

SPIN = "print('up', flush=True)\nwhile True: pass"
BINARY_OUTPUT = "import sys; sys.stdout.buffer.write(bytes(range(256))); print('é', file=sys.stderr)"


def serve(folder, **settings):
    return Server("--max-running", "4", folder=folder, env={"LEASH_TOKEN": CANARY}, **settings)


def database(folder):
    return folder.path / "records" / "records.db"


def renew_http(server):
    """SIGKILL to the http process; the server is ready again, perhaps on another port."""
    old = server.http_pid()
    server.kill(old)
    wait_until(lambda: server.http_pid() not in (None, old), "a new http process")
    server.wait_ready()
    return server.client()


def events(client, run_id, **options):
    with client.follow(run_id, **options) as stream:
        return [(event.seq, event.type, event.data) for event in stream.rest()]


def lifetime_ms(run):
    created, finished = (datetime.fromisoformat(run[at]) for at in ("created_at", "finished_at"))
    return (finished - created).total_seconds() * 1000


def assert_lost(client, run_id, seen=0):
    """The run is reported server_lost, the same to everybody, with one terminal event, last."""
    run = client.show(run_id)
    assert (run["state"], run["status"], run["cause"]) == ("finished", "server_lost", "server_lost")
    assert run["phase"] == "run" and run["exit_code"] is None and run["finished_at"]
    for last in (None, str(seen)):
        got = events(client, run_id, last_event_id=last)
        assert [kind for _, kind, _ in got].count("finished") == 1 and got[-1][1] == "finished"
        assert got[-1][0] > seen and got[-1][2]["cause"] == "server_lost"
        assert [seq for seq, _, _ in got] == sorted({seq for seq, _, _ in got})
    assert client.stop(run_id)["stopped"] is False
    return run


def test_finished_runs_are_the_same_after_a_restart(folder):
    with serve(folder) as first:
        client = first.client()
        ids = [
            client.run("python", BINARY_OUTPUT, key="tab")["id"],
            client.run("c", "int main(void) { return x; }")["id"],
            client.run("python", "import os; os.abort()", args=["a"])["id"],
            client.run("bash", "sleep 60", limits={"wall_ms": 200})["id"],
        ]
        runs = [client.show(run_id) for run_id in ids]
        logs = [events(client, run_id) for run_id in ids]
        first.stop()
    with serve(folder) as second:
        client = second.client()
        assert [client.show(run_id) for run_id in ids] == runs
        assert [events(client, run_id) for run_id in ids] == logs
        assert [run["id"] for run in client.runs(limit=4)["runs"]] == ids[::-1]
        newest = client.run("bash", "echo new")["id"]
        assert client.newest_id() == newest
        assert events(client, ids[0], last_event_id="2") == logs[0][2:]
        second.stop()


def test_what_was_kept_of_much_output_is_the_same(folder):
    config = {"retain_output_bytes": 10_000}
    with serve(folder, config=config) as first:
        client = first.client()
        code = "import sys\nfor i in range(300000): sys.stdout.write(f'{i:09}\\n')"
        run_id = client.run("python", code, limits={"output_bytes": 4_000_000})["id"]
        run, log = client.show(run_id), events(client, run_id)
        assert [kind for _, kind, _ in log].count("truncated") >= 1
        assert len(run["stdout"]) == 10_000, "the head is kept to the last byte"
        first.stop()
    with serve(folder, config=config) as second:
        assert second.client().show(run_id) == run
        assert events(second.client(), run_id) == log
        second.stop()


def test_server_lost_after_kill_of_http(folder, marker):
    """And after that never anything else, however often the server dies."""
    with serve(folder) as server:
        client = server.client()
        done = client.run("bash", "echo done")["id"]
        with client.stream("python", SPIN, args=[marker]) as stream:
            stream.wait_for_text("up\n")
            seen = stream.events[-1].seq
            run_id = stream.run_id
            processes = procs.wait_for_sandboxed(marker)
            client = renew_http(server)
        wait_until(lambda: not procs.alive({p.identity for p in processes}), "their end")
        run = assert_lost(client, run_id, seen)
        assert run["stdout_truncated"] is True, "what it printed is not known"
        told = next(event for event in stream.events if event.type == "started")
        assert run["version"] == told.data["version"]
        assert run["timing"]["total_ms"] == pytest.approx(lifetime_ms(run), abs=2)
        assert client.show(done)["stdout"] == "done\n"
        log = events(client, run_id)
        client = renew_http(server)
        assert client.show(run_id) == run and events(client, run_id) == log
        server.stop()


@pytest.mark.parametrize("also_http", [False, True])
def test_server_lost_after_kill_of_serve(folder, marker, also_http):
    """Without its spawner http has no runs left, and has perhaps the time to say so itself."""
    first = serve(folder).start()
    client = first.client()
    stream = client.stream("python", SPIN, args=[marker])
    stream.wait_for_text("up\n")
    seen = stream.events[-1].seq
    waiting = [client.start("bash", "read x") for _ in range(4)]
    queued = waiting[-1]
    wait_until(lambda: client.show(queued)["state"] == "queued", "the queued run")
    processes = procs.wait_for_sandboxed(marker)
    first.kill(*([first.http_pid()] if also_http else []), first.spawner_pid)
    first.wait()
    stream.close_fin()
    with serve(folder) as second:
        procs.assert_dead(processes, marker)
        run = assert_lost(second.client(), stream.run_id, seen)
        lost = second.client().show(queued)
        assert (lost["cause"], lost["phase"]) == ("server_lost", "queue")
        assert lost["stdout_truncated"] is False
        assert lost["timing"]["queued_ms"] == lost["timing"]["total_ms"] > 0
        assert lost["timing"]["total_ms"] == pytest.approx(lifetime_ms(lost), abs=2)
        assert events(second.client(), queued)[0][2]["position"] == 1
        second.stop()
    with serve(folder) as third:
        assert third.client().show(stream.run_id) == run
        third.stop()


def test_every_answer_was_written_before_it_was_sent(folder):
    """SIGKILL right behind the answer, again and again: what a client was told is true for ever."""
    with serve(folder) as server:
        client = server.client()
        for number in range(2):  # each restart tests every language anew
            told = client.run("bash", f"echo {number}")
            started = client.start("bash", "echo started")
            client = renew_http(server)
            assert client.show(told["id"]) == told
            assert client.show(started)["cause"] in ("server_lost", "exit")
        server.stop()


def test_deleted_and_delivered_runs_do_not_come_back(folder):
    with serve(folder) as server:
        client = server.client()
        deleted = client.run("bash", "echo 1")["id"]
        assert client.delete(f"/v1/runs/{deleted}").status == 204
        client = renew_http(server)
        assert client.get(f"/v1/runs/{deleted}").status == 404
        passing = client.run("bash", "echo secret-output", keep=False)["id"]
        assert client.get(f"/v1/runs/{passing}").status == 404
        server.stop()
    with contextlib.closing(sqlite3.connect(database(folder))) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_records_go_when_their_time_is_over(folder):
    with serve(folder) as server:
        run_id = server.client().run("bash", "echo 1")["id"]
        server.stop()
    with serve(folder, config={"retain_time_ms": 1}) as server:
        assert server.client().get(f"/v1/runs/{run_id}").status == 404
        server.stop()


def test_records_go_when_there_is_too_much_of_them(folder):
    with serve(folder) as server:
        code = "print('x' * 900000)"
        ids = [server.client().run("python", code)["id"] for _ in range(4)]
        server.stop()
    with serve(folder, config={"retain_total_bytes": 2_000_000}) as server:
        statuses = [server.client().get(f"/v1/runs/{run_id}").status for run_id in ids]
        assert statuses == [404, 404, 200, 200]
        server.stop()
    with serve(folder) as server:
        assert server.client().get(f"/v1/runs/{ids[0]}").status == 404
        server.stop()


def test_newer_database_is_refused_with_a_clear_text(folder):
    with serve(folder) as server:
        server.client().run("bash", "echo 1")
        server.stop()
    with contextlib.closing(sqlite3.connect(database(folder))) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = database(folder).read_bytes()
    server = serve(folder).launch()
    assert server.wait() == 1
    text = server.log_text()
    assert "newer leash" in text and str(folder.path / "records") in text
    assert database(folder).read_bytes() == before


@pytest.mark.parametrize("damage", ["head", "page", "bit"])
def test_damaged_database_is_refused_and_can_be_moved_aside(folder, damage):
    with serve(folder) as server:
        for _ in range(20):
            server.client().run("python", "print('x' * 5000)")
        server.stop()
    with open(database(folder), "r+b") as file:
        if damage == "head":
            file.write(b"this is not a database")
        elif damage == "page":
            file.seek(4096)
            file.write(os.urandom(4096 * 2))
        else:
            content = file.read()
            file.seek(content.index(b"xxxx"))
            file.write(b"y")
    server = serve(folder).launch()
    assert server.wait() == 1
    assert "damaged" in server.log_text() and "move this folder aside" in server.log_text()
    (folder.path / "records").rename(folder.base / "aside")
    with serve(folder) as server:
        assert server.client().run("bash", "echo ok")["stdout"] == "ok\n"
        server.stop()


def test_process_without_rights_keeps_them_in_a_folder_of_roots(folder):
    with serve(folder) as server:
        server.client().run("bash", "echo 1")
        state, records = folder.path.stat(), (folder.path / "records").stat()
        assert (state.st_uid, stat.S_IMODE(state.st_mode)) == (os.getuid(), 0o700)
        process = procs.look_up(server.http_pid())
        uid = int(process.status()["Uid"].split()[0])
        assert records.st_uid == uid != 0 and stat.S_IMODE(records.st_mode) == 0o700
        server.stop()


def test_foreign_files_in_the_folder_are_not_given_away(folder):
    with serve(folder) as server:
        server.stop()
    secret = folder.base / "secret"
    secret.write_text("secret")
    os.link(secret, folder.path / "records" / "records.db-journal")
    server = serve(folder).launch()
    assert server.wait() == 1
    assert "no plain file" in server.log_text() and secret.stat().st_uid == os.getuid()
