"""What the server tells about itself: languages, capabilities, health, metrics, contract, page."""

import json
import re
import subprocess
from urllib.parse import urljoin

import pytest

from support import leaks
from support.languages import IDS

VERSION_COMMANDS = {
    "python": (["/usr/bin/python3", "--version"], r"Python (\S+)"),
    "bash": (["/usr/bin/bash", "--version"], r"version (\d+\.\d+\.\d+)"),
    "c": (["/usr/bin/gcc", "-dumpfullversion"], r"(\S+)"),
    "cpp": (["/usr/bin/g++", "-dumpfullversion"], r"(\S+)"),
    "node": (["/usr/bin/node", "--version"], r"v(\S+)"),
}
ROUTES = {
    "/v1/runs": {"get", "post"},
    "/v1/runs/{id}": {"get", "delete"},
    "/v1/runs/{id}/events": {"get"},
    "/v1/runs/{id}/stop": {"post"},
    "/v1/runs/{id}/stdin": {"post"},
    "/v1/keys/{key}/stop": {"post"},
    "/v1/languages": {"get"},
    "/v1/capabilities": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
    "/openapi.json": {"get"},
}


def test_languages(client):
    languages = client.get("/v1/languages").json()
    assert isinstance(languages, list)
    by_id = {language["id"]: language for language in languages}
    assert set(IDS) <= set(by_id)
    for name in IDS:
        language = by_id[name]
        assert {"id", "name", "version", "aliases", "available", "reason", "warm", "limits"} <= set(
            language
        )
        assert language["available"] is True and not language["reason"], language
        assert language["warm"] in ("none", "zygote", "prestart")
        assert isinstance(language["aliases"], list) and name not in language["aliases"]


@pytest.mark.parametrize("name", VERSION_COMMANDS)
def test_versions_are_the_installed_ones(client, name):
    """Of the system's programs, not of those that happen to be first on a PATH."""
    command, pattern = VERSION_COMMANDS[name]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    version = re.search(pattern, printed)[1]
    language = next(l for l in client.get("/v1/languages").json() if l["id"] == name)
    assert language["version"].startswith(version) or version.startswith(language["version"])


def test_languages_tell_defaults_and_maxima(client):
    python = next(l for l in client.get("/v1/languages").json() if l["id"] == "python")
    text = json.dumps(python["limits"])
    for name in (
        "wall_ms",
        "cpu_ms",
        "idle_ms",
        "memory_bytes",
        "tasks",
        "output_bytes",
        "disk_bytes",
    ):
        assert name in text, python["limits"]
    for number in (
        10_000,
        300_000,
        268_435_456,
        2 << 30,
        64,
        512,
        1_048_576,
        4 << 30,
        67_108_864,
        1 << 30,
    ):
        assert re.search(rf"\b{number}\b", text), (number, python["limits"])


def test_capabilities(client):
    capabilities = client.get("/v1/capabilities").json()
    text = json.dumps(capabilities)
    assert leaks.cgroup_mode() in text, capabilities
    for layer in ("seccomp", "namespaces", "network", "cgroup", "no_new_privs", "tasks", "memory"):
        assert layer in text, (layer, capabilities)
    assert "300000" in text, "maxima are missing"


def test_every_required_layer_was_proved(client):
    layers = client.get("/v1/capabilities").json()["layers"]
    assert len(layers) >= 8
    for layer in layers:
        assert layer["proved"] is True or not layer["required"], layer


def test_health_and_readiness(server):
    anyone = server.client(token=None)
    assert anyone.get("/healthz").status == 200
    assert anyone.get("/readyz").status == 200


def test_metrics(client):
    client.run("bash", "exit 0")
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    sample = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? [-+0-9.eEInfNa]+( \d+)?")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    assert lines and all(sample.fullmatch(line) for line in lines), answer.text[:500]
    assert any(line.startswith("leash_") for line in lines)
    assert "# TYPE leash_" in answer.text


def test_metrics_count_finished_runs(client):
    def total():
        lines = client.get("/metrics").text.splitlines()
        counts = [
            l for l in lines if l.startswith("leash_") and "runs" in l and 'cause="exit"' in l
        ]
        return sum(float(line.rsplit(" ", 1)[1]) for line in counts if "bucket" not in line)

    before = total()
    for _ in range(3):
        client.run("bash", "exit 0")
    assert total() >= before + 3


def test_contract_lists_every_route(server):
    answer = server.client(token=None).get("/openapi.json")
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    contract = answer.json()
    assert contract["openapi"].startswith("3.")
    assert contract["info"]["title"] and contract["info"]["version"]
    for path, methods in ROUTES.items():
        assert methods <= set(contract["paths"].get(path, {})), path


def test_contract_refers_only_to_what_it_has(server):
    contract = server.client(token=None).get("/openapi.json").json()

    def references(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            node = list(node.values())
        if isinstance(node, list):
            for item in node:
                yield from references(item)

    for reference in set(references(contract)):
        node = contract
        for part in reference.removeprefix("#/").split("/"):
            assert part in node, reference
            node = node[part]


def test_contract_describes_a_real_run(client):
    """A real Run object has the fields that are required, and no field that is unknown."""
    schema = client.get("/openapi.json").json()["components"]["schemas"]["Run"]
    run = client.run("bash", "echo x")
    assert set(run) <= set(schema["properties"]), set(run) - set(schema["properties"])
    assert set(run) == set(schema["required"]), set(run) ^ set(schema["required"])


def test_page(server):
    anyone = server.client(token=None)
    answer = anyone.get("/")
    assert answer.headers["Content-Type"].split(";")[0] == "text/html"
    assert "<title>" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-eval" not in policy, policy
    assert "script-src 'self'" in policy
    assets = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
    assert assets, "a page without scripts"
    for asset in assets:
        if asset.startswith(("data:", "http:", "https:")):
            assert asset.startswith("data:"), "the page loads from elsewhere"
            continue
        part = anyone.get(urljoin("/", asset))
        assert part.status == 200, (asset, part.status)
        expected = {"js": "javascript", "css": "css", "svg": "svg", "png": "png", "ico": "icon"}
        kind = expected.get(asset.rsplit(".", 1)[-1])
        assert kind is None or kind in part.headers["Content-Type"], (
            asset,
            part.headers["Content-Type"],
        )


@pytest.mark.parametrize(
    "path", ["/", "/v1/runs", "/healthz", "/v1/nope", "/openapi.json", "/metrics"]
)
def test_security_headers(client, path):
    answer = client.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "X-Request-ID" in answer.headers
    if path != "/":
        assert "no-store" in answer.headers["Cache-Control"]


def test_json_answers_say_so(client):
    for path in ("/v1/runs", "/v1/languages", "/v1/capabilities"):
        assert client.get(path).headers["Content-Type"].split(";")[0] == "application/json"
