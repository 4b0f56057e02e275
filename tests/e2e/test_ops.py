"""The alert rules and the dashboard in ops/, against promtool and against a real server's metrics."""

import json
import re
import shutil
import subprocess

import pytest

from support.server import REPOSITORY
from support.websocket import WebSocket

OPS = REPOSITORY / "ops"
METRIC = re.compile(r"\bleash_[a-z_]+\b")


def promtool(*arguments):
    program = shutil.which("promtool")
    assert program, "promtool is missing: Debian package prometheus"
    done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=OPS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names_in(text):
    """The metrics that a rule or a panel names."""
    return set(METRIC.findall(text))


def served_names(client):
    """Every sample's name, and the types that were declared, from a server that has seen runs."""
    client.run("python", "print('x')")
    client.run("python", "while True: pass", limits={"wall_ms": 100})
    client.run("c", "int main(void) { return 0; }")
    run_id = client.start("bash", "read line")
    with WebSocket(client, run_id) as socket:
        socket.send({"type": "eof"})
        socket.finish()
    text = client.get("/metrics").text
    samples = {re.match(r"\w+", line)[0] for line in text.splitlines() if line[:1] not in ("", "#")}
    return samples, dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)), text


def test_r46_alert_rules_are_well_formed():
    assert "rules found" in promtool("check", "rules", "alerts.yml")


def test_r46_alert_rules_fire_when_they_should():
    promtool("test", "rules", "alerts_test.yml")


def test_every_metric_that_ops_names_is_served(client):
    samples, _, _ = served_names(client)
    dashboard = json.loads((OPS / "dashboard.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    queries += [entry["query"] for entry in dashboard["templating"]["list"]]
    rules = (OPS / "alerts.yml").read_text()
    named = names_in(" ".join(queries)) | names_in(rules)
    assert len(named) >= 15
    assert named <= samples, f"not served: {sorted(named - samples)}"


def test_every_metric_is_shown_or_watched(client):
    """A figure that nobody looks at is a figure that nobody would miss."""
    _, types, _ = served_names(client)
    text = (OPS / "dashboard.json").read_text() + (OPS / "alerts.yml").read_text()
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names_in(text)}
    assert set(types) <= named, f"in no panel and no rule: {sorted(set(types) - named)}"


def test_metrics_follow_the_conventions(client):
    """As promtool sees them: counters end in _total, units are base units, each has a help text."""
    samples, types, text = served_names(client)
    program = shutil.which("promtool")
    assert program, "promtool is missing: Debian package prometheus"
    done = subprocess.run([program, "check", "metrics"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(name.startswith("leash_") for name in samples | set(types))


@pytest.mark.parametrize("alert", ["LeashTimeoutRateHigh", "LeashInterruptSlow", "LeashSlotsExhausted"])
def test_r46_the_alerts_that_were_asked_for_exist(alert):
    assert f"alert: {alert}\n" in (OPS / "alerts.yml").read_text()


def test_r34_r45_timeouts_are_counted_with_their_latency_and_what_they_saved(own_server):
    client = own_server().client()
    client.run("python", "while True: pass", limits={"wall_ms": 200})
    client.run("python", "while True: pass", limits={"cpu_ms": 200})
    client.run("python", "print(1)")
    lines = dict(
        line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[:1] != "#"
    )
    for cause in ("wall_limit", "cpu_limit"):
        name = f'leash_timeout_interrupts_total{{cause="{cause}",language="python"}}'
        assert lines[name] == "1", name
    assert lines["leash_timeout_interrupt_seconds_count"] == "2"
    assert 590 < float(lines["leash_timeout_saved_seconds_total"]) < 600, "twice up to 300 s"
    assert lines['leash_run_output_bytes_total{stream="stdout"}'] == "2"


def test_open_streams_are_counted(own_server):
    client = own_server().client()
    run_id = client.start("bash", "read line")

    def streams(transport):
        line = f'leash_http_streams{{transport="{transport}"}} '
        return next(l for l in client.get("/metrics").text.splitlines() if l.startswith(line))[-1]

    with WebSocket(client, run_id) as socket, client.follow(run_id), client.follow(run_id, "ndjson"):
        assert [streams(name) for name in ("sse", "ndjson", "websocket")] == ["1", "1", "1"]
        socket.send({"type": "eof"})
        socket.finish()
