"""Network namespaces are used for one run after another, but only as new as one that was just made."""

import json

import pytest

FILES = "dev", "snmp", "snmp6", "netstat", "igmp", "igmp6", "ip6_flowlabel", "udp", "route"
RUNS = 60  # more than are kept and made ahead

# SO_NETNS_COOKIE: unlike an inode's number it does not come again.
WHICH = "int.from_bytes(socket.socket(socket.AF_UNIX).getsockopt(socket.SOL_SOCKET, 71, 8), 'little')"
LOOK = f"""
import json, socket
state = {{name: open("/proc/self/net/" + name).read() for name in {FILES!r}}}
print(json.dumps([{WHICH}, state]))
"""
# The end that closes first keeps the port in TIME_WAIT.
CONNECT = """
listener = socket.create_server(("127.0.0.1", 5000))
client = socket.create_connection(("127.0.0.1", 5000))
accepted = listener.accept()[0]
accepted.close()
client.close()
"""
TRACES = {
    "a connection that waits for its end": CONNECT,
    "a packet": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "a packet of IPv6": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('::1', 9))",
    "no way": "assert socket.socket().connect_ex(('192.0.2.1', 80))",
    "a flow label that lingers": """
import struct
label = struct.pack("=16sIBBHHHI", socket.inet_pton(socket.AF_INET6, "::1"), socket.htonl(0x12345), 0, 255, 1, 6, 0, 0)
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).setsockopt(socket.IPPROTO_IPV6, 32, label)
""",
}


def look(client):
    """The network namespace of a run, and all that it sees of it."""
    run = client.run("python", LOOK)
    assert run["status"] == "succeeded", run
    return json.loads(run["stdout"])


def test_namespaces_that_nobody_has_used_are_used_again(own_server):
    client = own_server().client()
    seen = [look(client) for _ in range(RUNS)]
    networks = {network for network, _ in seen}
    assert len(networks) < RUNS / 2, networks
    assert all(state == seen[0][1] for _, state in seen)


@pytest.mark.parametrize("trace", TRACES)
def test_nothing_of_a_run_is_seen_by_those_that_follow(own_server, trace):
    client = own_server().client()
    new = look(client)[1]
    left = client.run("python", f"import socket\n{TRACES[trace]}\nprint({WHICH})")
    assert left["status"] == "succeeded", left
    network = int(left["stdout"])
    for _ in range(RUNS):
        used, state = look(client)
        assert used != network, "it was used again"
        assert state == new


def test_a_port_is_free_again_at_once(own_server):
    client = own_server().client()
    for _ in range(RUNS // 4):
        run = client.run("python", f"import socket\n{CONNECT}")
        assert run["status"] == "succeeded", run
