"""Tokens are tenants: each sees its own and nothing else, within its own caps."""

import hashlib
import stat

import pytest

from support import procs
from support.cli import Command
from support.client import Client
from support.problems import check_problem
from support.server import Server
from support.tokens import Tokens
from support.wait import wait_until

SPIN = "while True: pass"


@pytest.fixture(scope="module")
def shared():
    with Server("--max-running", "8", config={"drain_ms": 500}) as server:
        yield server


def status_of(client, path="/v1/runs"):
    return client.get(path).status


def test_running_server_takes_a_token_and_loses_it_at_once(tokens):
    alice = tokens.add("alice")
    assert alice.run("bash", "echo mine")["stdout"] == "mine\n"
    tokens.remove("alice")
    answer = alice.get("/v1/runs")
    assert answer.status == 401 and answer.json()["code"] == "unauthorized"


def test_token_is_shown_once_and_only_its_hash_is_stored(tokens, shared):
    alice = tokens.add("alice", "--max-running", "3")
    listed = tokens("list").stdout
    assert "alice" in listed and "run" in listed and alice.token not in listed
    digest = hashlib.sha256(alice.token.encode()).hexdigest()
    path = shared.folder.path / "tokens"
    assert digest in path.read_text() and stat.S_IMODE(path.stat().st_mode) == 0o600
    for file in shared.folder.path.rglob("*"):
        assert not file.is_file() or alice.token.encode() not in file.read_bytes(), file
    again = tokens("add", "alice")
    assert again.returncode == 1 and again.stdout == "" and "already" in again.stderr
    assert status_of(alice) == 200


def test_a_state_folder_that_is_not_there_is_not_made(tmp_path):
    path = tmp_path / "mistyped"
    for arguments in (["list"], ["add", "x"], ["remove", "x"]):
        refused = Command()("token", *arguments, "--state-dir", str(path))
        assert refused.returncode == 1 and "No such file" in refused.stderr, refused
    assert not path.exists()


def test_bad_names_scopes_and_caps_make_no_token(tokens):
    before = tokens("list").stdout
    for arguments in (
        ["add", "a b"],
        ["add", "admin"],
        ["add", "x" * 65],
        ["add", "alice", "--scope", "root"],
        ["add", "alice", "--max-running", "0"],
        ["add", "alice", "--max-running", "-1"],
        ["add", "alice", "--max-queued", "many"],
        ["remove", "nobody"],
    ):
        result = tokens(*arguments)
        assert result.returncode != 0 and result.stderr and not result.stdout, result
    assert tokens("list").stdout == before


def test_r27_tenants_are_apart(tokens, marker):
    """Ids, keys and lists are a tenant's own; a foreign id is like none, also for a stop."""
    # Names of this test's own: what a tenant has left is its successor's of the same name.
    alice, bob = tokens.add(f"alice-{marker}"), tokens.add(f"bob-{marker}")
    ours = alice.start("python", SPIN, key="tab", args=[marker])
    theirs = bob.start("bash", "echo bob", key="tab")
    assert bob.finished(theirs)["cause"] == "exit"
    assert [run["id"] for run in alice.runs()["runs"]] == [ours]
    assert [run["id"] for run in bob.runs()["runs"]] == [theirs]
    missing = "r_" + "0" * 26
    for method, tail in (
        ("GET", ""),
        ("GET", "/events"),
        ("POST", "/stop"),
        ("POST", "/stdin"),
        ("DELETE", ""),
    ):
        foreign = bob.request(method, f"/v1/runs/{ours}{tail}")
        none = bob.request(method, f"/v1/runs/{missing}{tail}")
        assert foreign.status == none.status == 404
        assert foreign.body == none.body and foreign.headers.keys() == none.headers.keys()
    assert bob.stop_key("tab").status == 404
    assert procs.wait_for_sandboxed(marker), "nobody else has ended it"
    assert alice.show(ours)["state"] == "running"
    assert bob.get(f"/v1/runs?after={ours}").status == 422
    assert alice.stop_key("tab").status == 200


def test_admin_is_a_tenant_like_others(tokens, shared):
    alice = tokens.add("alice")
    run_id = alice.run("bash", "echo hidden")["id"]
    admin = shared.client()
    assert status_of(admin, f"/v1/runs/{run_id}") == 404
    assert run_id not in [run["id"] for run in admin.runs(limit=200)["runs"]]


def test_scopes(tokens, problem_codes):
    run, admin = tokens.add("r", "--scope", "run"), tokens.add("a", "--scope", "admin")
    metrics = tokens.add("m", "--scope", "metrics")
    assert [status_of(one, "/metrics") for one in (run, admin, metrics)] == [403, 200, 200]
    assert [status_of(one) for one in (run, admin, metrics)] == [200, 200, 403]
    body = {"language": "bash", "code": "echo no"}
    check_problem(metrics.post("/v1/runs", body), 403, problem_codes)
    check_problem(run.get("/metrics"), 403, problem_codes)
    assert status_of(metrics, "/v1/languages") == 403
    assert status_of(metrics, "/v1/no-such-path") == 403
    assert status_of(metrics, "/healthz") == 200


def test_r22_caps_of_a_tenant(tokens, problem_codes):
    capped = tokens.add("capped", "--max-running", "1", "--max-queued", "1")
    free = tokens.add("free")
    first = capped.start("bash", "read line; echo 1")
    second = capped.start("bash", "echo 2")
    answer = capped.post("/v1/runs", {"language": "bash", "code": "echo 3"})
    check_problem(answer, 429, problem_codes)
    assert int(answer.headers["Retry-After"]) >= 1
    assert free.run("bash", "echo passes")["stdout"] == "passes\n"
    assert capped.show(second)["state"] == "queued"
    assert len(capped.runs()["runs"]) == 2, "what was refused left nothing"
    capped.send_stdin(first, b"go\n")
    assert capped.finished(second)["stdout"] == "2\n"
    assert capped.run("bash", "echo again")["stdout"] == "again\n"


def test_removed_token_ends_its_live_runs(tokens, marker):
    """Without another request: who holds a revoked token has nothing left that runs."""
    alice = tokens.add("alice")
    with alice.stream("python", SPIN, args=[marker]) as stream:
        stream.wait_for("started")
        processes = procs.wait_for_sandboxed(marker)
        tokens.remove("alice")
        assert stream.finish()["cause"] == "stop", "the answer that was owed is still given"
    procs.assert_dead(processes, marker)


def test_r20_stops_that_miss_are_rate_limited_and_others_are_not(tokens, marker, problem_codes):
    """Who guesses is slowed down; a stop of a live run never is, nor is another tenant."""
    alice, bob = tokens.add("alice"), tokens.add("bob")
    live = alice.start("python", SPIN, args=[marker])
    processes = procs.wait_for_sandboxed(marker)
    missing = "r_" + "0" * 26

    def limited():
        answer = alice.post(f"/v1/runs/{missing}/stop")
        if answer.status == 404:
            return None
        check_problem(answer, 429, problem_codes)
        assert int(answer.headers["Retry-After"]) >= 1
        return True

    wait_until(limited, "a 429", 30)
    assert bob.post(f"/v1/runs/{missing}/stop").status == 404
    assert alice.stop(live)["stopped"] is True
    procs.assert_dead(processes, marker)
    assert alice.stop(live)["stopped"] is False, "a finished run is no miss either"


def test_tokens_outlive_the_server(own_server):
    server = own_server()
    tokens = Tokens(server)
    alice = tokens.add("alice")
    old = server.http_pid()
    server.kill(old)
    wait_until(lambda: server.http_pid() not in (None, old), "a new http process")
    server.wait_ready()
    again = Client("127.0.0.1", server.port, alice.token)
    assert again.run("bash", "echo still")["stdout"] == "still\n"
    tokens.remove("alice")
    assert status_of(again) == 401


def test_damaged_token_file_is_refused_with_a_clear_text(own_server):
    server = own_server()
    Tokens(server).add("alice")
    server.stop()
    path = server.folder.path / "tokens"
    path.write_text(path.read_text() + "what is this\n")
    server.launch()
    assert server.wait() == 1
    assert "'tokens'" in server.log_text() and "line 3" in server.log_text()
