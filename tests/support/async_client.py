"""An asyncio client whose requests can be timed to fractions of a millisecond: connections are
made beforehand, and a request is one write."""

import asyncio
import json
import socket


class Connection:
    """One keep-alive connection; one request at a time."""

    def __init__(self, server, reader, writer):
        self._server = server
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, server):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(server, reader, writer)

    def send(self, method, path, body=None, accept="application/json"):
        """Writes the request now, without waiting for anything."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._server.port}\r\n"
            f"Authorization: Bearer {self._server.token}\r\nAccept: {accept}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self._writer.write(head.encode() + data)

    async def _head(self):
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split()[1]), fields

    async def answer(self):
        """The status and the body (JSON or None) of the request that was sent."""
        status, fields = await self._head()
        body = await self._reader.readexactly(int(fields.get("content-length", 0)))
        return status, json.loads(body) if body else None

    async def request(self, method, path, body=None):
        self.send(method, path, body)
        return await self.answer()

    async def events(self):
        """The events of an NDJSON stream that was asked for, one after another, to its end."""
        status, fields = await self._head()
        assert status == 200 and fields.get("transfer-encoding") == "chunked", (status, fields)
        rest = b""
        while True:
            size = int(await self._reader.readline(), 16)
            rest += (await self._reader.readexactly(size + 2))[:-2]
            *lines, rest = rest.split(b"\n")
            for line in lines:
                if line and not line.startswith(b":"):
                    yield json.loads(line)
            if size == 0:
                return

    def close(self):
        self._writer.close()


async def until(events, kind):
    """The next event of this type."""
    async for event in events:
        if event["type"] == kind:
            return event
    raise AssertionError(f"the stream ended before {kind}")


def at(seconds, call):
    """A future that is done when `call` was made, so many seconds from now."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def act():
        call()
        done.set_result(None)

    loop.call_later(seconds, act)
    return done
