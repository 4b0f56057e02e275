"""HTTP below the client: requests made of lines and bytes as they are, answers one by one."""


def head(client, *lines):
    """A request head made of lines as they are, with a valid Host and token behind the first."""
    fields = [f"Host: 127.0.0.1:{client.port}", f"Authorization: Bearer {client.token}"]
    return "\r\n".join([lines[0], *fields, *lines[1:], "", ""]).encode("latin-1")


def is_closed(sock):
    """Whether the server closes this connection; whatever it still sends is read first."""
    try:
        while sock.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


def read_one(sock):
    """Reads exactly one answer with Content-Length, byte by byte, and returns its status."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += sock.recv(1)
    lines = data.decode("latin-1").split("\r\n")
    length = next(int(l.split(":")[1]) for l in lines if l.lower().startswith("content-length:"))
    body = b""
    while len(body) < length:
        body += sock.recv(length - len(body))
    return int(lines[0].split()[1])
