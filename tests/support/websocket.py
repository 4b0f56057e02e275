"""A WebSocket client made of frames, so that a test decides what each one looks like."""

import base64
import hashlib
import json
import os
import socket
import struct

from support.client import read_response
from support.stream import Event, close_fin, close_rst
from support.wait import Deadline

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

# A Python program that answers each line.
ECHO = "import sys\nfor line in sys.stdin: print('got', line.strip())"


class Closed(Exception):
    """The server's close frame: its code and reason. Code None: the connection ended without."""

    def __init__(self, code, reason=""):
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


def handshake(client, path, headers=None, key=None):
    """The bytes of an upgrade request; a header of None is left out."""
    fields = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key or base64.b64encode(os.urandom(16)).decode(),
    }
    fields.update(headers or {})
    return client.encode("GET", path, None, fields)


class WebSocket:
    """An open WebSocket, until `close`, `close_fin` or `close_rst`."""

    def __init__(self, client, run_id, query="", headers=None, receive_buffer=None):
        key = base64.b64encode(os.urandom(16)).decode()
        self._sock = client.connect(receive_buffer)
        path = f"/v1/runs/{run_id}/ws{query}"
        self._sock.sendall(handshake(client, path, headers, key))
        self._received = b""
        head = self._head()
        assert head[0].startswith("HTTP/1.1 101 "), head
        self.headers = dict(line.lower().split(": ", 1) for line in head[1:])
        proof = base64.b64encode(hashlib.sha1(key.encode() + MAGIC).digest()).decode()
        assert self.headers["sec-websocket-accept"] == proof.lower(), self.headers
        self.events = []
        self.errors = []
        self.pings = 0
        self.answers_pings = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close_fin()

    # --- sending -----------------------------------------------------------------------------

    def send_frame(self, opcode, payload=b"", fin=True, masked=True, reserved=0):
        """One frame, well-formed or not."""
        first = (0x80 if fin else 0) | reserved << 4 | opcode
        mark = 0x80 if masked else 0
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", first, mark | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", first, mark | 126, size)
        else:
            head = struct.pack("!BBQ", first, mark | 127, size)
        if masked:
            mask = os.urandom(4)
            repeated = mask * (size // 4 + 1)
            word = int.from_bytes(payload, "big") ^ int.from_bytes(repeated[:size], "big")
            payload = mask + word.to_bytes(size, "big")
        self._sock.sendall(head + payload)

    def send_raw(self, data):
        self._sock.sendall(data)

    def send(self, message):
        """A message: a dictionary becomes JSON."""
        text = message if isinstance(message, str) else json.dumps(message)
        self.send_frame(TEXT, text.encode())

    def send_stdin(self, text):
        self.send({"type": "stdin", "data": text})

    # --- receiving ---------------------------------------------------------------------------

    def _more(self, deadline):
        self._sock.settimeout(max(0.001, deadline.left()))
        try:
            data = self._sock.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        except TimeoutError:
            raise AssertionError(f"nothing more arrived after {self.events[-3:]}") from None
        if not data:
            raise Closed(None)
        self._received += data

    def _head(self):
        deadline = Deadline(10)
        while b"\r\n\r\n" not in self._received:
            self._more(deadline)
        head, self._received = self._received.split(b"\r\n\r\n", 1)
        return head.decode().split("\r\n")

    def _take(self, size, deadline):
        while len(self._received) < size:
            self._more(deadline)
        taken, self._received = self._received[:size], self._received[size:]
        return taken

    def receive_frame(self, seconds=10.0):
        """(opcode, payload) of the next frame. The server's are whole and never masked."""
        deadline = Deadline(seconds)
        first, second = self._take(2, deadline)
        assert second & 0x80 == 0, "a server must not mask"
        assert first & 0xF0 == 0x80, "one whole frame, and no extension was agreed on"
        size = second
        if size == 126:
            size = struct.unpack("!H", self._take(2, deadline))[0]
        elif size == 127:
            size = struct.unpack("!Q", self._take(8, deadline))[0]
        return first & 0x0F, self._take(size, deadline)

    def receive(self, seconds=10.0):
        """The next text message as an object. Pings are answered; a close is raised."""
        deadline = Deadline(seconds)
        while True:
            opcode, payload = self.receive_frame(deadline.left())
            if opcode == PING:
                self.pings += 1
                if self.answers_pings:
                    self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())
            elif opcode == TEXT:
                return json.loads(payload.decode("utf-8"))
            else:
                assert opcode == PONG, opcode

    def next(self, seconds=10.0):
        """The next event of the run; errors on the way are collected."""
        deadline = Deadline(seconds)
        while True:
            message = self.receive(deadline.left())
            if message.get("type") == "error":
                assert set(message) == {"type", "code", "detail", "field"}, message
                self.errors.append(message)
                continue
            self.events.append(Event(message.pop("seq"), message.pop("type"), message))
            return self.events[-1]

    def next_error(self, seconds=10.0):
        """The next error; events on the way are kept."""
        deadline = Deadline(seconds)
        seen = len(self.errors)
        while len(self.errors) == seen:
            message = self.receive(deadline.left())
            if message.get("type") == "error":
                self.errors.append(message)
            else:
                self.events.append(Event(message.pop("seq"), message.pop("type"), message))
        return self.errors[-1]

    def wait_for(self, type, seconds=10.0):
        deadline = Deadline(seconds)
        while True:
            event = self.next(deadline.left())
            if event.type == type:
                return event

    def wait_for_text(self, text, seconds=10.0):
        deadline = Deadline(seconds)
        while text not in self.text():
            self.next(deadline.left())
        return self

    def wait_for_close(self, seconds=10.0):
        """Reads to the close, whatever comes before it."""
        deadline = Deadline(seconds)
        try:
            while True:
                self.next(deadline.left())
        except Closed as closed:
            return closed

    def finish(self, seconds=20.0):
        """Reads to the end, which must be the regular one; returns the data of `finished`."""
        closed = self.wait_for_close(seconds)
        assert closed.code == 1000, closed
        assert self.events[-1].type == "finished", self.events[-3:]
        self.send_frame(CLOSE, struct.pack("!H", 1000))
        return self.events[-1].data

    def text(self, stream="stdout"):
        data = b"".join(event.bytes() for event in self.events if event.type == stream)
        return data.decode("utf-8", "replace")

    # --- ends --------------------------------------------------------------------------------

    def close(self, code=1000):
        """The regular way for a client to leave: close frame, the server's answer, FIN."""
        self.send_frame(CLOSE, struct.pack("!H", code))
        closed = self.wait_for_close()
        self.close_fin()
        return closed

    def close_fin(self):
        close_fin(self._sock)

    def close_rst(self):
        close_rst(self._sock)

    def half_close(self):
        self._sock.shutdown(socket.SHUT_WR)


def refusal(client, path, headers=None):
    """The answer to a handshake that is refused."""
    answer = None
    with client.connect() as sock:
        sock.sendall(handshake(client, path, headers))
        answer = read_response(sock)
    assert answer.status != 101
    return answer
