"""Requests at saturation, by wrk, which costs less than what it measures."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

CONNECTIONS = 8


def request_rate(url, seconds, expected, token=None, body=None, connections=CONNECTIONS):
    """Answers a second. Raises if any answer was an error, or does not have the `expected` text."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text(lua(expected, token, body))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    failed = re.search(r"(Non-2xx.*|Socket errors.*)", done.stdout)
    if failed or done.stderr:
        raise RuntimeError(f"{url}: {failed[1] if failed else done.stderr[:500]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def lua(expected, token, body):
    """wrk's script. Strings are written as JSON, which is how Lua writes them too where there is
    nothing but visible ASCII in them."""
    lines = []
    if body is not None:
        lines += ['wrk.method = "POST"', f"wrk.body = {json.dumps(json.dumps(body))}"]
        lines += ['wrk.headers["Content-Type"] = "application/json"']
    if token:
        lines += [f'wrk.headers["Authorization"] = {json.dumps(f"Bearer {token}")}']
    lines += [
        "function response(status, headers, body)",
        f"  if not body:find({json.dumps(expected)}, 1, true) then",
        '    io.stderr:write("an answer that was not expected: ", body, "\\n")',
        "    wrk.thread:stop()",
        "  end",
        "end",
    ]
    return "\n".join(lines) + "\n"
