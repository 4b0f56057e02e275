# What is neither TCP nor UDP to an address: echo requests, raw packets, multicast, broadcast, a bound
# device, source routes. Each fails for want of a right or of a way.
#
# expect: cause=exit exit_code=0
# sees: ^ping: EACCES$|^ping: EPERM$
# sees: ^raw: EPERM$
# sees: ^packet: EAFNOSUPPORT$
# sees: ^broadcast: E(NETUNREACH|ACCES)$
# sees: ^multicast group: (ENODEV|joined)$
# sees: ^multicast: ENETUNREACH$
# sees: ^device: E(NODEV|PERM)$
# sees: ^mark: EPERM$
# sees: ^transparent: EPERM$
# layer: network
import errno
import socket


def attempt(name, action, done="done"):
    try:
        action()
        print(f"{name}: {done}")
    except OSError as error:
        print(f"{name}: {errno.errorcode[error.errno]}")


def echo_request():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as sock:
        sock.sendto(b"\x08\0\0\0\0\0\0\0", ("192.0.2.1", 0))


def broadcast():
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    udp.sendto(b"x", ("255.255.255.255", 9))


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
attempt("ping", echo_request)
attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
attempt("packet", lambda: socket.socket(17, socket.SOCK_RAW, 3))
attempt("broadcast", broadcast)
group = socket.inet_aton("224.0.0.251") + socket.inet_aton("0.0.0.0")
attempt("multicast group", lambda: udp.setsockopt(0, 35, group), "joined")
attempt("multicast", lambda: udp.sendto(b"x", ("224.0.0.251", 5353)))
attempt("device", lambda: udp.setsockopt(socket.SOL_SOCKET, 25, b"eth0\0"))
attempt("mark", lambda: udp.setsockopt(socket.SOL_SOCKET, 36, 1))
attempt("transparent", lambda: udp.setsockopt(0, 19, 1))
print("ATTEMPT ok")
