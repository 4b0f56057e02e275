"""Requests at saturation, by wrk, which costs less than what it measures."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

CONNECTIONS = 8


def request_rate(url, seconds, token=None, body=None, connections=CONNECTIONS):
    """Answers a second. Raises if any answer was an error."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text(lua(token, body))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    failed = re.search(r"(Non-2xx.*|Socket errors.*)", text)
    if failed:
        raise RuntimeError(f"{url}: {failed[1]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def lua(token, body):
    lines = []
    if body is not None:
        lines += ['wrk.method = "POST"', f"wrk.body = {json.dumps(json.dumps(body))}"]
        lines += ['wrk.headers["Content-Type"] = "application/json"']
    if token:
        lines += [f'wrk.headers["Authorization"] = "Bearer {token}"']
    return "\n".join(lines) + "\n"
