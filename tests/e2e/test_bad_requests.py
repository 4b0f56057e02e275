"""Content types, sizes, routes, methods and queries that are refused; nothing is started."""

import pytest

from support.problems import check_problem

GOOD = {"language": "bash", "code": "echo x"}


CONTENT_TYPES = [
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    None,
    "application/jsonx",
    "",
]


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_wrong_or_missing_content_type(client, problem_codes, content_type):
    before = client.newest_id()
    answer = client.post("/v1/runs", GOOD, {"Content-Type": content_type})
    check_problem(answer, 415, problem_codes)
    assert client.newest_id() == before


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_right_content_types(client, content_type):
    assert client.post("/v1/runs", GOOD, {"Content-Type": content_type}).json()["stdout"] == "x\n"


def test_body_over_a_mebibyte(client, problem_codes):
    before = client.newest_id()
    answer = client.post("/v1/runs", dict(GOOD, code="#" * (1 << 20)))
    check_problem(answer, 413, problem_codes)
    assert client.newest_id() == before


def test_body_of_almost_a_mebibyte_is_fine(client):
    assert client.run("bash", "echo x\n#" + "#" * 1_000_000)["stdout"] == "x\n"


def test_too_many_arguments(client, problem_codes):
    answer = client.post("/v1/runs", dict(GOOD, args=["x" * 1000] * 900))
    assert answer.status in (413, 422), answer


ROUTES = [
    ("GET", "/v1/nope", 404),
    ("GET", "/nope.html", 404),
    ("GET", "/v1", 404),
    ("GET", "/v1/runs/", 404),
    ("GET", "//v1/runs", 404),
    ("GET", "/v1/runs/%2e%2e/languages", 404),
    ("GET", "/../../etc/passwd", 404),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
    ("GET", "/assets/../../../../etc/passwd", 404),
    ("POST", "/v1/runs/x/restart", 404),
    ("PUT", "/v1/runs", 405),
    ("DELETE", "/v1/runs", 405),
    ("PATCH", "/v1/runs", 405),
    ("POST", "/v1/languages", 405),
    ("POST", "/healthz", 405),
    ("DELETE", "/v1/capabilities", 405),
    ("PUT", "/", 405),
]


@pytest.mark.parametrize("method, path, status", ROUTES)
def test_unknown_route_or_method(client, problem_codes, method, path, status):
    answer = client.request(method, path, GOOD if method in ("POST", "PUT", "PATCH") else None)
    if status == 404 and answer.status == 400:
        status = 400  # a path that cannot be one may be refused as malformed as well
        assert "%" in path or ".." in path or "//" in path
    check_problem(answer, status, problem_codes)
    if status == 405:
        assert answer.headers["Allow"], answer.headers


def test_method_not_allowed_names_the_allowed_ones(client):
    answer = client.request("PUT", "/v1/runs", GOOD)
    assert {"GET", "POST"} <= {method.strip() for method in answer.headers["Allow"].split(",")}
    run_id = client.run("bash", "exit")["id"]
    assert client.get(f"/v1/runs/{run_id}/stop").status == 405
    assert client.post(f"/v1/runs/{run_id}/events").status == 405


@pytest.mark.parametrize(
    "query", ["wait_ms=x", "wait_ms=-1", "wait_ms=1.5", "wait_ms=1e9", "wait_ms="]
)
def test_bad_wait(client, query):
    run_id = client.run("bash", "exit")["id"]
    assert client.get(f"/v1/runs/{run_id}?{query}").status in (400, 422)


@pytest.mark.parametrize("value", ["yes", "2", "TRUE"])
def test_bad_async(client, value):
    before = client.newest_id()
    assert client.post(f"/v1/runs?async={value}", GOOD).status in (400, 422)
    assert client.newest_id() == before
