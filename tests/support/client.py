"""A small HTTP client made of sockets, so that a test decides how each one ends."""

import http.client
import json
import socket
from urllib.parse import quote

from support.stream import NDJSON, SSE, Stream
from support.wait import SLOWNESS, wait_until

JSON = "application/json"
FORMATS = {"sse": SSE, "ndjson": NDJSON}


class Response:
    """A whole answer: status, headers (case-insensitive), body as bytes."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8")

    def __repr__(self):
        return f"<{self.status} {self.body[:600]!r}>"


class Client:
    """Talks to one server as one tenant. Each call is its own connection."""

    def __init__(self, host, port, token, timeout=25.0):
        self.host = host
        self.port = port
        self.token = token
        self.timeout = timeout * SLOWNESS

    # --- plain calls -------------------------------------------------------------------------

    def connect(self, receive_buffer=None):
        """A TCP connection to the server, closed by the caller."""
        sock = socket.socket()
        sock.settimeout(self.timeout)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.connect((self.host, self.port))
        return sock

    def encode(self, method, path, body=None, headers=None):
        """The bytes of a request. Dictionaries become JSON; a header of None is left out."""
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        elif isinstance(body, str):
            body = body.encode()
        fields = {"Host": f"{self.host}:{self.port}", "Connection": "close"}
        if self.token:
            fields["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            fields["Content-Type"] = JSON
            fields["Content-Length"] = str(len(body))
        fields.update(headers or {})
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in fields.items() if value is not None]
        return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + (body or b"")

    def send_raw(self, data, method="GET"):
        """Sends bytes as they are and reads one answer, which may come before all was sent."""
        with self.connect() as sock:
            try:
                sock.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused early: the answer is already on its way
            return read_response(sock, method)

    def request(self, method, path, body=None, headers=None):
        return self.send_raw(self.encode(method, path, body, headers), method)

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def post(self, path, body=None, headers=None):
        return self.request("POST", path, body, headers)

    def delete(self, path):
        return self.request("DELETE", path)

    # --- runs --------------------------------------------------------------------------------

    def run(self, language, code=None, **fields):
        """Runs to the end: the Run object of a 200."""
        answer = self.post("/v1/runs", spec(language, code, fields))
        assert answer.status == 200, answer
        return answer.json()

    def start(self, language, code=None, **fields):
        """Starts without waiting: the id."""
        answer = self.post("/v1/runs?async=true", spec(language, code, fields))
        assert answer.status == 202, answer
        return answer.json()["id"]

    def send_run(self, language, code=None, accept=JSON, receive_buffer=None, **fields):
        """Sends POST /v1/runs and returns the connected socket without reading an answer."""
        sock = self.connect(receive_buffer)
        body = spec(language, code, fields)
        sock.sendall(self.encode("POST", "/v1/runs", body, {"Accept": accept}))
        return sock

    def stream(self, language, code=None, format="sse", receive_buffer=None, **fields):
        """Starts a run and attaches to its events on the same connection."""
        media = FORMATS[format]
        sock = self.send_run(language, code, media, receive_buffer, **fields)
        return Stream(sock, media)

    def follow(self, run_id, format="sse", last_event_id=None):
        """Attaches to `/events` of a run."""
        media = FORMATS[format]
        headers = {"Accept": media, "Last-Event-ID": last_event_id}
        sock = self.connect()
        sock.sendall(self.encode("GET", f"/v1/runs/{run_id}/events", None, headers))
        return Stream(sock, media)

    def show(self, run_id, wait_ms=None):
        query = "" if wait_ms is None else f"?wait_ms={wait_ms}"
        answer = self.get(f"/v1/runs/{run_id}{query}")
        assert answer.status == 200, answer
        return answer.json()

    def finished(self, run_id):
        """The Run object once the run has ended."""
        run = self.show(run_id, wait_ms=20000)
        assert run["state"] == "finished", run
        return run

    def stop(self, run_id, **body):
        """Stops a run: the answer of a 200."""
        answer = self.post(f"/v1/runs/{run_id}/stop", body or None)
        assert answer.status == 200, answer
        return answer.json()

    def stop_key(self, key):
        return self.post(f"/v1/keys/{quote(key)}/stop")

    def send_stdin(self, run_id, data, eof=False):
        headers = {"Content-Type": "application/octet-stream"}
        query = "?eof=true" if eof else ""
        return self.post(f"/v1/runs/{run_id}/stdin{query}", data, headers)

    def runs(self, **query):
        """One page of the list."""
        text = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.get(f"/v1/runs?{text}" if text else "/v1/runs")
        assert answer.status == 200, answer
        return answer.json()

    def live_runs(self):
        """Ids of the runs that have not ended: of each state the newest hundred. In the order of a
        run's life, so that one that goes on meanwhile is seen, maybe twice."""
        states = ("queued", "starting", "running", "stopping")
        runs = [run for state in states for run in self.runs(state=state, limit=100)["runs"]]
        return list(dict.fromkeys(run["id"] for run in runs))

    def stop_everything(self):
        """Stops what still runs, so that no test sees another one's runs."""

        def stopped():
            ids = self.live_runs()
            for run_id in ids:
                self.post(f"/v1/runs/{run_id}/stop")  # 404: deleted meanwhile
            return not ids

        wait_until(stopped, "no run left of the last test", seconds=30)

    def newest_id(self):
        runs = self.runs(limit=1)["runs"]
        return runs[0]["id"] if runs else None


def spec(language, code, fields):
    body = {"language": language, **fields}
    if code is not None:
        body["code"] = code
    return body


def read_response(sock, method="GET"):
    """Reads one whole answer from a socket."""
    answer = http.client.HTTPResponse(sock, method=method)
    answer.begin()
    with answer:
        return Response(answer.status, answer.headers, answer.read())
