"""Attacks on who may do what (section 7.11): tokens, tenants, caps, logs, figures."""

import concurrent.futures
import json
import re

import pytest

from support.canaries import SHARED_TOKEN
from support.problems import check_problem, problem_codes
from support.server import Server
from support.wait import wait_until

GOOD = {"language": "bash", "code": "echo x"}
SPIN = {"language": "bash", "code": "while :; do :; done", "limits": {"wall_ms": 60000}}


@pytest.fixture(scope="module")
def shared():
    with Server("--max-running", "4", config={"drain_ms": 500}) as server:
        yield server


def without_id(answer):
    """All of an answer that could tell one refusal from another."""
    headers = {k: v for k, v in answer.headers.items() if k not in ("X-Request-ID", "Date")}
    return answer.status, headers, answer.body


def test_168_every_wrong_token_gets_the_same_answer(tokens):
    server = tokens.server
    alice = tokens.add("alice")
    removed = tokens.add("bob")
    tokens.remove("bob")
    run_id = alice.run(**GOOD)["id"]
    stranger = server.client(token=None)
    bearer = "Bearer {}".format
    wrong = {
        "none": {},
        "guess": {"Authorization": bearer("x" * 43)},
        "removed": {"Authorization": bearer(removed.token)},
        "cut": {"Authorization": bearer(alice.token[:-1])},
        "longer": {"Authorization": bearer(alice.token + "x")},
        "other case": {"Authorization": bearer(alice.token.swapcase())},
        "two in one": {"Authorization": bearer(f"{alice.token}, Bearer {alice.token}")},
        "hash of it": {"Authorization": bearer("0" * 64)},
        "basic": {"Authorization": "Basic " + alice.token},
        "NUL-like": {"Authorization": bearer(alice.token + "%00")},
        "cookie": {"Cookie": f"token={alice.token}"},
        "twice": {"Authorization": f"Bearer {alice.token}\r\nAuthorization: Bearer {alice.token}"},
    }
    for path in ("/v1/runs", f"/v1/runs/{run_id}", "/v1/runs/nonsense", "/v1/nope"):
        answers = {name: without_id(stranger.get(path, headers)) for name, headers in wrong.items()}
        assert {answer[0] for answer in answers.values()} == {401}, answers
        assert len({str(answer) for answer in answers.values()}) == 1, answers
    assert stranger.get(f"/v1/runs?access_token={alice.token}").status == 401
    assert stranger.get(f"/v1/runs/{run_id}/events?token={alice.token}").status == 401


def test_174_foreign_runs_look_exactly_like_missing_ones(tokens):
    alice, bob = tokens.add("alice"), tokens.add("bob")
    theirs = alice.start(**SPIN, key="shared-name", on_disconnect="detach")
    missing = "r_" + "0" * 26
    calls = [
        ("GET", "/v1/runs/{}", None),
        ("GET", "/v1/runs/{}/events", None),
        ("POST", "/v1/runs/{}/stop", {}),
        ("POST", "/v1/runs/{}/stdin", "x"),
        ("DELETE", "/v1/runs/{}", None),
        ("GET", "/v1/runs?after={}", None),
    ]
    for method, path, body in calls:
        seen = [bob.request(method, path.format(run_id), body) for run_id in (theirs, missing)]
        assert seen[0].status in (404, 422), (method, path, seen)
        assert without_id(seen[0]) == without_id(seen[1]), (method, path)
    tickets = [without_id(bob.post("/v1/tickets", {"run": one})) for one in (theirs, missing)]
    assert tickets[0] == tickets[1] and tickets[0][0] == 404
    assert bob.stop_key("shared-name").status == bob.stop_key("no-such-name").status
    assert bob.runs()["runs"] == []
    assert alice.show(theirs)["state"] != "finished"
    assert alice.stop(theirs)["stopped"] is True


def test_174_cursors_that_were_tampered_with_are_refused(tokens):
    client = tokens.add("alice")
    codes = problem_codes(client.get("/openapi.json").json())
    for _ in range(3):
        client.run(**GOOD)
    cursor = client.runs(limit=1)["next"]
    assert client.get(f"/v1/runs?after={cursor}").status == 200
    for bad in ("0", "-1", "r_", cursor[:-1], cursor + "0", cursor.upper(), "%27%20OR%201=1", "*"):
        check_problem(client.get(f"/v1/runs?after={bad}"), 422, codes)
    for bad in ("limit=0", "limit=-1", "limit=1e9", "limit=99999999999999999999", "state=x"):
        check_problem(client.get(f"/v1/runs?{bad}"), (400, 422), codes)


@pytest.mark.parametrize("attempt", range(3))
def test_176_of_a_hundred_at_once_exactly_as_many_as_allowed_are_admitted(tokens, attempt):
    """Counting and admitting is one step: no burst slips in between."""
    client = tokens.add("alice", "--max-running", "4", "--max-queued", "6")
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/runs?async=true", SPIN), range(100)))
    admitted = [answer for answer in answers if answer.status == 202]
    refused = [answer for answer in answers if answer.status == 429]
    assert (len(admitted), len(refused)) == (10, 90), [answer.status for answer in answers]
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert len(client.live_runs()) == 10
    client.stop_everything()
    assert client.run(**GOOD)["stdout"] == "x\n", "there is room again"


LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warning|error) "
    r"(request id=[\w.-]+ method=\S+ route=\S+ status=\d+ ms=[\d.]+ tenant=\S+ run=\S+"
    r"|run id=r_\w+ tenant=\S+ language=\S+ code=(-|[0-9a-f]{64})( \w+=(-|[\w.]+))+)"
)
CANARY = "log-canary-93ac"


def test_178_nothing_that_was_sent_can_write_a_line_or_is_logged(own_server):
    server = own_server(env={"LEASH_TOKEN": SHARED_TOKEN})
    client = server.client()
    evil = f"{CANARY}\nINJECTED"
    escape = f"{CANARY}\x1b[31m"
    run = client.run(
        "bash",
        f"echo {CANARY}; echo INJECTED",
        args=[evil],
        env={"CANARY": escape},
        stdin=evil,
        key=CANARY,
    )
    assert CANARY in run["stdout"]
    client.run("bash", files=[{"path": f"{CANARY}\nINJECTED", "content": ":"}], entry=evil)
    client.get(f"/v1/runs/{CANARY}%0aINJECTED?{CANARY}=%0aINJECTED")
    client.get("/healthz", {"X-Request-ID": escape, "User-Agent": escape, "Referer": escape})
    client.send_raw(client.encode(f"{CANARY}", "/healthz"))
    client.send_raw(f"GET /{CANARY}\x1b[31m HTTP/1.1\r\n\r\n".encode())
    server.client(token=f"{CANARY}-token").get("/v1/runs")
    client.post("/v1/runs", {"language": evil, "code": CANARY})
    client.post("/v1/runs", {**GOOD, evil: 1})
    log_file = server.folder.log
    wait_until(lambda: log_file.read_text().count("status=422") == 2, "the last request's line")
    log = log_file.read_text()
    lines = [line for line in log.splitlines() if line.strip()]
    strange = [line for line in lines if not LINE.fullmatch(line)]
    assert strange == [], "\n".join(strange)
    for secret in (CANARY, "INJECTED", SHARED_TOKEN, "\x1b"):
        assert secret not in log, secret
    runs = [line for line in lines if f"run id={run['id']} " in line]
    assert len(runs) == 1, "one line tells who ran what with which limits, and how it ended"
    for part in ("tenant=admin language=bash", "wall_ms=10000", "status=succeeded cause=exit"):
        assert f" {part}" in runs[0], runs[0]


def test_180_figures_and_health_tell_no_secret(arena):
    client = arena.client
    secret = "figure-canary-51d0"
    body = {"args": [secret], "env": {"A": secret}, "stdin": secret, "key": secret}
    run = client.run("bash", f"echo {secret}", **body)
    stranger = arena.server.client(token=None)
    for path in ("/metrics", "/v1/capabilities", "/v1/languages"):
        assert stranger.get(path).status == 401, path
        text = client.get(path).text
        for word in (secret, SHARED_TOKEN, run["id"], str(arena.server.folder.base)):
            assert word not in text, (path, word)
    assert stranger.get("/healthz").json() == {"status": "ok"}
    ready = stranger.get("/readyz")
    assert ready.status == 200 and set(json.loads(ready.body)) <= {"status"}, ready


def test_180_token_for_figures_opens_nothing_else(tokens):
    scraper = tokens.add("scraper", "--scope", "metrics")
    assert scraper.get("/metrics").status == 200
    for path in ("/v1/runs", "/v1/languages", "/v1/capabilities"):
        assert scraper.get(path).status == 403, path
    assert scraper.post("/v1/runs", GOOD).status == 403
    runner = tokens.add("runner")
    assert runner.get("/metrics").status == 403
