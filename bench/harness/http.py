"""The thinnest client: one kept connection, one request at a time, so that little of what is measured
is the measuring."""

import json
import socket

TAIL = 8192
SUCCEEDED = b'"status":"succeeded"'


class Http:
    """Not for hostile servers: it believes Content-Length and expects one in every answer."""

    def __init__(self, port, token=None):
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._host = f"127.0.0.1:{port}"
        self._authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self._read = b""

    def encode(self, method, path, body=None, accept="application/json"):
        """The bytes of a request, which can be made before the clock is started."""
        payload = b"" if body is None else json.dumps(body).encode()
        kind = "" if body is None else "Content-Type: application/json\r\n"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._authorization}{kind}"
            f"Accept: {accept}\r\nContent-Length: {len(payload)}\r\n\r\n"
        )
        return head.encode() + payload

    def exchange(self, request):
        """Sends encoded bytes; the body of the answer. Any status but 200 and 202 is an error."""
        self.send(request)
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(self._read) < length:
            self._receive()
        body, self._read = self._read[:length], self._read[length:]
        if head.split(b" ", 2)[1] not in (b"200", b"202"):
            raise RuntimeError(f"{head.splitlines()[0].decode()}: {body[:300].decode()}")
        return body

    def send(self, request):
        """Sends encoded bytes, and leaves the answer to the caller."""
        self._socket.sendall(request)

    def read_to_end_of_stream(self):
        """Reads a chunked answer to its end and throws it away; its last bytes, some KiB."""
        buffer = bytearray(1 << 20)
        view, tail = memoryview(buffer), b""
        while not tail.endswith(b"\r\n0\r\n\r\n"):
            size = self._socket.recv_into(buffer)
            if not size:
                raise ConnectionError("the server closed the connection")
            tail = (tail + view[max(0, size - TAIL) : size].tobytes())[-TAIL:]
        return tail

    def call(self, method, path, body=None):
        """The answer's JSON."""
        return json.loads(self.exchange(self.encode(method, path, body)))

    def runner(self, language, code, **fields):
        """A call that runs this once more; its request is encoded here, once."""
        request = self.encode("POST", "/v1/runs", {"language": language, "code": code, **fields})

        def run():
            answer = self.exchange(request)
            if SUCCEEDED not in answer:
                raise RuntimeError(f"{language}: it did not succeed: {answer[:500].decode()}")

        return run

    def run(self, language, code, **fields):
        """A finished run, whose status is `succeeded`."""
        run = self.call("POST", "/v1/runs", {"language": language, "code": code, **fields})
        if run["status"] != "succeeded":
            raise RuntimeError(f"{language}: {run['status']}, {run['cause']}: {run['stderr'][:300]}")
        return run

    def start(self, language, code, **fields):
        """The id of a run that was only started."""
        body = {"language": language, "code": code, **fields}
        return self.call("POST", "/v1/runs?async=true", body)["id"]

    def _receive(self):
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._read += data

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
