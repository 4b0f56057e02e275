# TCP and UDP to everything that a host may listen at: the server itself by every name of it, the host's
# networks, engines, clouds' metadata, any address of the internet. There is no way out of the own loopback,
# on which nobody listens.
#
# expect: cause=exit exit_code=0
# sees: ^loopback: ConnectionRefusedError$
# sees: ^elsewhere: ENETUNREACH$|^elsewhere: EADDRNOTAVAIL ENETUNREACH$
# sees: ^datagrams elsewhere: ENETUNREACH$|^datagrams elsewhere: EADDRNOTAVAIL ENETUNREACH$
# sees: ^interfaces: lo$
# sees: ^names: none resolved$
# layer: network
# args: {port}
import errno
import fcntl
import socket
import struct
import sys

port = int(sys.argv[1])
loopback = [("127.0.0.1", port), ("127.1.2.3", port), ("localhost", port), ("::1", port), ("::ffff:127.0.0.1", port),
            ("0.0.0.0", port), ("::", port), ("127.0.0.1", 2375), ("127.0.0.1", 22)]  # fmt: skip
elsewhere = [("10.0.0.1", 80), ("172.17.0.1", 2375), ("172.16.0.1", port), ("192.168.0.1", 80), ("192.168.65.7", 2375),
             ("169.254.169.254", 80), ("169.254.170.2", 80), ("100.100.100.200", 80), ("192.0.2.1", 443), ("8.8.8.8", 53),
             ("224.0.0.1", 5353), ("fd00:ec2::254", 80), ("2001:db8::1", 80), ("64:ff9b::7f00:1", port),
             ("::ffff:169.254.169.254", 80)]  # fmt: skip


def attempt(kind, address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, kind) as sock:
        sock.settimeout(5)
        try:
            sock.connect(address)
            if kind == socket.SOCK_DGRAM:
                sock.send(b"x")
            return "reached " + address[0]
        except ConnectionRefusedError:
            return "ConnectionRefusedError"
        except OSError as error:
            return errno.errorcode.get(error.errno, str(error))


print("loopback:", *sorted({attempt(socket.SOCK_STREAM, address) for address in loopback}))
print("elsewhere:", *sorted({attempt(socket.SOCK_STREAM, address) for address in elsewhere}))
print("datagrams elsewhere:", *sorted({attempt(socket.SOCK_DGRAM, address) for address in elsewhere}))
# if_nameindex() asks by netlink, which there is not.
with socket.socket() as sock:
    names = [fcntl.ioctl(sock, 0x8910, struct.pack("16si", b"", number)) for number in range(1, 2)]
    others = 0
    for number in range(2, 64):
        try:
            fcntl.ioctl(sock, 0x8910, struct.pack("16si", b"", number))
            others += 1
        except OSError:
            pass
print("interfaces:", *(name[:16].rstrip(b"\0").decode() for name in names), *([others] if others else []))
resolved = []
for name in ("example.com", "host.docker.internal", "metadata.google.internal", "leash.local"):
    try:
        resolved.append(socket.getaddrinfo(name, 80))
    except OSError:
        pass
print("names:", *(resolved or ["none resolved"]))
print("ATTEMPT ok")
