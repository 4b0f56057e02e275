"""Calls of /api/coderun/…, as SharpPad's page makes them, and a strict reader of its stream."""

import http.client
import json

from support.wait import Deadline

CANCELLED = "代码执行已被取消"


class Run:
    """A POST /api/coderun/run whose lines are being read."""

    def __init__(self, client, source=None, headers=None, **fields):
        body = {"Packages": [], "LanguageVersion": 2147483647, "ProjectType": "console", **fields}
        if source is not None:
            body["SourceCode"] = source
        self._sock = client.connect()
        self._sock.sendall(client.encode("POST", "/api/coderun/run", body, headers))
        self._answer = http.client.HTTPResponse(self._sock)
        self._answer.begin()
        self.status = self._answer.status
        self.headers = self._answer.headers
        self.events = []
        if self.status == 200:
            assert self.headers["Content-Type"] == "text/event-stream;charset=utf-8"
            assert self.headers["Cache-Control"] == "no-cache"

    def next(self, seconds=20.0):
        """The next event, or None at the end of the stream."""
        self._sock.settimeout(max(0.001, seconds))
        line = self._answer.readline()
        if line == b"":
            self._sock.close()
            return None
        assert line.startswith(b"data: {") and line.endswith(b"}\n"), line
        assert self._answer.readline() == b"\n"
        event = json.loads(line[6:])
        self.events.append(event)
        return event

    def wait_for_output(self, text, seconds=20.0):
        deadline = Deadline(seconds)
        while text not in self.output():
            event = self.next(deadline.left())
            assert event, f"the stream ended before {text!r}: {self.events}"
        return self

    def finish(self, seconds=30.0):
        """Reads to the end, which is one `completed`; returns its result."""
        deadline = Deadline(seconds)
        while self.next(deadline.left()):
            pass
        types = [event["type"] for event in self.events]
        assert types.count("completed") == 1 and types[-1] == "completed", self.events
        assert set(types) <= {"output", "error", "completed"}
        result = self.events[-1]["result"]
        assert set(result) == {"Output", "Error"} and result["Output"] == ""
        return result

    def output(self):
        return "".join(e["content"] for e in self.events if e["type"] == "output")

    def errors(self):
        return [e["content"] for e in self.events if e["type"] == "error"]

    def close(self):
        self._answer.close()  # it holds the socket, too
        self._sock.close()


def stop(client, session, headers=None):
    return client.post("/api/coderun/stop", {"SessionId": session}, headers)


def feed(client, session, text):
    answer = client.post("/api/coderun/input", {"SessionId": session, "Input": text})
    assert answer.status == 200, answer
    return answer.json()["success"]
