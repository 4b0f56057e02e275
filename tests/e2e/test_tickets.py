"""Tickets: what opens a run's stream where no header can be sent, and what they do not open."""

from datetime import datetime, timedelta, timezone

import pytest

from support.wait import wait_until
from support.websocket import WebSocket, refusal


def make_ticket(client, run_id):
    answer = client.post("/v1/tickets", {"run": run_id})
    assert answer.status == 201, answer
    body = answer.json()
    assert set(body) == {"ticket", "expires_at"}
    return body["ticket"]


def test_ticket_opens_a_websocket_without_a_token(client, server):
    run_id = client.start("python", "print('hello')")
    browser = server.client(token=None)
    with WebSocket(browser, run_id, query=f"?ticket={make_ticket(client, run_id)}") as socket:
        socket.finish()
        assert socket.text() == "hello\n"


def test_ticket_opens_the_event_stream_without_a_token(client, server):
    run_id = client.start("python", "print('hello')")
    ticket = make_ticket(client, run_id)
    answer = server.client(token=None).get(f"/v1/runs/{run_id}/events?ticket={ticket}")
    assert answer.status == 200 and '"data":"hello\\n"' in answer.text


def test_ticket_is_good_once(client, server):
    run_id = client.start("python", "print('hello')")
    path = f"/v1/runs/{run_id}/events?ticket={make_ticket(client, run_id)}"
    browser = server.client(token=None)
    assert browser.get(path).status == 200
    assert browser.get(path).json()["code"] == "unauthorized"
    assert refusal(browser, path.replace("/events", "/ws")).status == 401


def test_ticket_is_good_for_one_run_only(client, server):
    one, other = client.start("python", "print(1)"), client.start("python", "print(2)")
    ticket = make_ticket(client, one)
    browser = server.client(token=None)
    assert browser.get(f"/v1/runs/{other}/events?ticket={ticket}").status == 401
    assert browser.get(f"/v1/runs/{one}/events?ticket={ticket}").status == 401, "it is used up"


def test_ticket_opens_nothing_else(client, server):
    run_id = client.start("python", "print(1)")
    browser = server.client(token=None)
    for path in (f"/v1/runs/{run_id}", "/v1/runs", f"/v1/runs/{run_id}/stdin"):
        method = "POST" if path.endswith("stdin") else "GET"
        ticket = make_ticket(client, run_id)
        assert browser.request(method, f"{path}?ticket={ticket}").status == 401, path


def test_ticket_does_not_excuse_a_foreign_origin_or_host(client, server):
    run_id = client.start("python", "print(1)")
    browser = server.client(token=None)
    path = f"/v1/runs/{run_id}/ws?ticket={make_ticket(client, run_id)}"
    assert refusal(browser, path, {"Origin": "http://evil.example"}).status == 403
    assert refusal(browser, path, {"Host": "evil.example"}).status == 403


def test_made_up_ticket_is_refused_even_with_a_token(client):
    run_id = client.start("python", "print(1)")
    for ticket in ("", "t_" + "0" * 26, "nonsense"):
        assert client.get(f"/v1/runs/{run_id}/events?ticket={ticket}").status == 401


@pytest.mark.parametrize(
    "body, status, code, field",
    [
        ("{", 400, "invalid_json", None),
        ([], 400, "invalid_shape", None),
        ({}, 400, "invalid_shape", "run"),
        ({"run": 1}, 400, "invalid_shape", "run"),
        ({"run": "r_" + "0" * 26}, 404, "not_found", "run"),
        ({"run": "r_1", "for": "me"}, 422, "unknown_field", "for"),
    ],
)
def test_bad_ticket_request(client, body, status, code, field):
    answer = client.post("/v1/tickets", body)
    assert answer.status == status, answer
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)


def test_ticket_needs_a_token(server):
    assert server.client(token=None).post("/v1/tickets", {"run": "r_1"}).status == 401


def test_expired_ticket_is_refused(own_server):
    server = own_server(config={"ticket_ms": 1})
    client = server.client()
    run_id = client.start("python", "print(1)")
    answer = client.post("/v1/tickets", {"run": run_id}).json()
    expires = datetime.fromisoformat(answer["expires_at"].replace("Z", "+00:00"))
    wait_until(lambda: datetime.now(timezone.utc) > expires + timedelta(milliseconds=5), "its end")
    path = f"/v1/runs/{run_id}/events?ticket={answer['ticket']}"
    assert server.client(token=None).get(path).status == 401


def test_tickets_are_not_in_the_log(own_server):
    server = own_server()
    client = server.client()
    run_id = client.start("python", "print(1)")
    ticket = make_ticket(client, run_id)
    assert server.client(token=None).get(f"/v1/runs/{run_id}/events?ticket={ticket}").status == 200
    wait_until(lambda: "/events status=200" in server.folder.log.read_text(), "the request's line")
    assert ticket not in server.folder.log.read_text()
