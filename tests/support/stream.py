"""Readers of the two event formats, strict about the format: anything not in the contract fails."""

import base64
import http.client
import json
import re
import socket
import struct
from dataclasses import dataclass

from support.wait import Deadline

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
SSE_FIELDS = re.compile(r"id: (\d+)\nevent: ([a-z]+)\ndata: ([^\n]*)\n")


@dataclass
class Event:
    """One event, the same for both formats."""

    seq: int
    type: str
    data: dict

    def bytes(self):
        """The output bytes of a stdout or stderr event."""
        assert self.data["encoding"] in ("utf8", "base64"), self.data
        if self.data["encoding"] == "base64":
            return base64.b64decode(self.data["data"], validate=True)
        return self.data["data"].encode("utf-8")


class Stream:
    """An attached reader, until `close_fin`, `close_rst`, or the end of the stream."""

    def __init__(self, sock, media):
        self._sock = sock
        self._media = media
        self._answer = http.client.HTTPResponse(sock)
        self._answer.begin()
        self.status = self._answer.status
        self.headers = self._answer.headers
        self.events = []
        self.comments = []
        assert self.status == 200, (self.status, self._answer.read())
        assert self.headers["Content-Type"].split(";")[0] == media, self.headers["Content-Type"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close_fin()

    # --- reading -----------------------------------------------------------------------------

    def _line(self, deadline):
        self._sock.settimeout(max(0.001, deadline.left()))
        try:
            line = self._answer.readline()
        except TimeoutError:
            raise AssertionError(f"nothing more arrived after {self.events[-5:]}") from None
        assert line == b"" or line.endswith(b"\n"), f"stream cut inside a line: {line[:200]!r}"
        return line.decode("utf-8")

    def _sse_event(self, deadline):
        block = ""
        while True:
            line = self._line(deadline)
            if line == "":
                assert block == "", f"stream cut inside an event: {block[:200]!r}"
                return None
            if line.startswith(":"):
                self.comments.append(line.rstrip("\n"))
            elif line != "\n":
                block += line
            elif block:
                match = SSE_FIELDS.fullmatch(block)
                assert match, f"not an event of the contract: {block[:300]!r}"
                return Event(int(match[1]), match[2], json.loads(match[3]))

    def _ndjson_event(self, deadline):
        while True:
            line = self._line(deadline)
            if line == "":
                return None
            if line == "\n" or line.startswith(":"):
                self.comments.append(line.rstrip("\n"))
                continue
            data = json.loads(line)
            return Event(data.pop("seq"), data.pop("type"), data)

    def next(self, seconds=10.0):
        """The next event, or None at the end of the stream."""
        deadline = Deadline(seconds)
        read = self._sse_event if self._media == SSE else self._ndjson_event
        event = read(deadline)
        if event:
            self.events.append(event)
        return event

    def wait_for(self, type, seconds=10.0):
        """Reads up to the next event of this type."""
        deadline = Deadline(seconds)
        while True:
            event = self.next(deadline.left())
            assert event, f"the stream ended before a {type} event: {self.events}"
            if event.type == type:
                return event

    def wait_for_text(self, text, stream="stdout", seconds=10.0):
        """Reads until the output so far contains `text`."""
        deadline = Deadline(seconds)
        while text not in self.text(stream):
            event = self.next(deadline.left())
            assert event, f"the stream ended before {text!r}: {self.events}"
        return self

    def wait_for_comment(self, seconds):
        """Waits for a comment line on an otherwise quiet stream."""
        line = self._line(Deadline(seconds))
        assert line.startswith(":") or line == "\n", f"not a comment: {line!r}"
        self.comments.append(line.rstrip("\n"))

    def rest(self, seconds=20.0):
        """Reads to the end of the stream: all events, those before included."""
        deadline = Deadline(seconds)
        while self.next(deadline.left()):
            pass
        return self.events

    def finish(self, seconds=20.0):
        """Reads to the end, checks the rules of every stream, returns the data of `finished`."""
        self.rest(seconds)
        check_events(self.events)
        return self.events[-1].data

    def discard(self):
        """Takes what comes and looks at none of it, to the end of the connection."""
        self._sock.settimeout(None)
        while self._sock.recv(1 << 20):
            pass

    # --- what was read -----------------------------------------------------------------------

    @property
    def run_id(self):
        """Id of the run, from the first event."""
        if not self.events:
            self.next()
        return self.events[0].data["id"]

    def bytes(self, stream="stdout"):
        return b"".join(event.bytes() for event in self.events if event.type == stream)

    def text(self, stream="stdout"):
        return self.bytes(stream).decode("utf-8", "replace")

    def types(self):
        return [event.type for event in self.events]

    # --- ends --------------------------------------------------------------------------------

    def close_fin(self):
        """Goes away politely."""
        close_fin(self._sock, self._answer)

    def close_rst(self):
        """Goes away as a crashed client does."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._answer.close()
        self._sock.close()

    def half_close(self):
        self._sock.shutdown(socket.SHUT_WR)


def close_fin(sock, answer=None):
    """Closes with FIN: shutdown first, since a close with unread bytes would send RST."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the server was first
    if answer:
        answer.close()
    sock.close()


def close_rst(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def check_events(events, first_seq=1):
    """The rules of a whole stream: contiguous seq, `queued` first, one `finished`, last."""
    assert [event.seq for event in events] == list(range(first_seq, first_seq + len(events)))
    types = [event.type for event in events]
    if first_seq == 1:
        assert types[0] == "queued" and types.count("queued") == 1, types
    assert types[-1] == "finished" and types.count("finished") == 1, types
