"""Who may talk to the server: tokens, Host, Origin, Fetch metadata."""

import pytest

GOOD = {"language": "bash", "code": "echo x"}
PROTECTED = ["/v1/runs", "/v1/languages", "/v1/capabilities", "/metrics", "/v1/runs/r_" + "0" * 32]
OPEN = ["/", "/openapi.json", "/healthz", "/readyz"]


@pytest.mark.parametrize("path", OPEN)
def test_open_without_a_token(server, path):
    assert server.client(token=None).get(path).status == 200


@pytest.mark.parametrize("path", PROTECTED)
def test_closed_without_a_token(server, path):
    answer = server.client(token=None).get(path)
    assert answer.status == 401 and answer.json()["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "token", ["wrong", "", "x" * 5000, "e2e-token-0b7a49e1c8d35f6", "e2e-token-0b7a49e1c8d35f62x"]
)
def test_wrong_token_starts_nothing(client, server, token):
    before = client.newest_id()
    stranger = server.client(token=None)
    answer = stranger.post("/v1/runs", GOOD, {"Authorization": f"Bearer {token}"})
    assert answer.status == 401
    assert client.newest_id() == before


@pytest.mark.parametrize("value", ["Basic {}", "{}", "Bearer  {} x", "Token {}"])
def test_other_schemes(server, value):
    headers = {"Authorization": value.format(server.token)}
    assert server.client(token=None).get("/v1/runs", headers).status == 401


def test_token_in_the_query_is_no_token(server):
    assert server.client(token=None).get(f"/v1/runs?token={server.token}").status == 401


def test_missing_and_wrong_token_get_the_same_answer(server):
    stranger = server.client(token=None)
    missing = stranger.get("/v1/runs").json()
    wrong = stranger.get("/v1/runs", {"Authorization": "Bearer wrong"}).json()
    assert missing == wrong


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "127.0.0.1.nip.io:{port}",
        "localhost.evil.test",
        "127.0.0.1:1",
        "",
        "[::1%eth0]:{port}",
    ],
)
def test_foreign_host_is_refused(client, host):
    """DNS rebinding: the page of a stranger whose name points to this address."""
    before = client.newest_id()
    headers = {"Host": host.format(port=client.port)}
    for path in ("/v1/runs", "/", "/openapi.json"):
        answer = client.get(path, headers)
        assert answer.status in (400, 403, 421), (path, answer)
    answer = client.post("/v1/runs", GOOD, headers)
    assert answer.status in (400, 403, 421) and client.newest_id() == before


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"]
)
def test_own_names_are_accepted(client, host):
    assert client.get("/v1/runs", {"Host": host.format(port=client.port)}).status == 200


def test_missing_host_is_refused(client):
    answer = client.get("/v1/runs", {"Host": None})
    assert answer.status in (400, 403, 421)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_may_send_any_host(server, path):
    assert server.client(token=None).get(path, {"Host": "10.1.2.3"}).status == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "null", "http://localhost:9999", "http://127.0.0.1:1", "file://"],
)
def test_foreign_origin_is_refused_for_every_method(client, origin):
    before = client.newest_id()
    headers = {"Origin": origin}
    assert client.get("/v1/runs", headers).status == 403
    answer = client.post("/v1/runs", GOOD, headers)
    assert answer.status == 403 and answer.json()["code"] == "forbidden"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.post("/v1/runs", GOOD, {**headers, "Accept": "text/event-stream"}).status == 403
    assert client.newest_id() == before


def test_own_origin_is_accepted(client):
    for name in ("127.0.0.1", "localhost"):
        headers = {"Origin": f"http://{name}:{client.port}", "Host": f"{name}:{client.port}"}
        assert client.post("/v1/runs", GOOD, headers).json()["stdout"] == "x\n"


def test_cross_site_request_is_refused(client):
    before = client.newest_id()
    assert client.post("/v1/runs", GOOD, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert client.newest_id() == before
    assert client.post("/v1/runs", GOOD, {"Sec-Fetch-Site": "same-origin"}).status == 200


def test_simple_form_post_of_a_stranger_starts_nothing(client, server):
    """What a page can send without asking first: no token, a simple type, its own origin."""
    before = client.newest_id()
    stranger = server.client(token=None)
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {"Content-Type": content_type, "Origin": "https://evil.test"}
        assert stranger.post("/v1/runs", GOOD, headers).status in (401, 403, 415)
    assert client.newest_id() == before


def test_preflight_of_a_stranger_gets_no_permission(client):
    headers = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    answer = client.request("OPTIONS", "/v1/runs", headers=headers)
    assert answer.status >= 400 and "Access-Control-Allow-Origin" not in answer.headers


def test_allowed_hosts_and_origins(own_server):
    server = own_server(
        config={"allowed_hosts": ["leash.example"], "allowed_origins": ["https://app.example"]}
    )
    client = server.client()
    assert client.get("/v1/runs", {"Host": "leash.example"}).status == 200
    assert client.get("/v1/runs", {"Host": "other.example"}).status in (403, 421)
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    preflight = server.client(token=None).request("OPTIONS", "/v1/runs", headers=headers)
    assert preflight.status in (200, 204), preflight
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed and "content-type" in allowed
    answer = client.post("/v1/runs", GOOD, {"Origin": "https://app.example"})
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert client.post("/v1/runs", GOOD, {"Origin": "https://evil.test"}).status == 403


def test_no_auth_needs_no_token_but_still_checks_the_host(own_server):
    client = own_server("--no-auth").client(token=None)
    assert client.run("bash", "echo open")["stdout"] == "open\n"
    assert client.get("/v1/runs", {"Host": "evil.test"}).status in (403, 421)
    assert client.post("/v1/runs", GOOD, {"Origin": "https://evil.test"}).status == 403
